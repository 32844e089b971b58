#include "hubs/modelscope/dialect.h"

#include "base/text.h"

namespace hubcache::hub {

std::vector<std::pair<std::string, std::string>> ModelScopeDialect::variables(const std::string& root) const {
  return {{"MODELSCOPE_ENDPOINT", root}};
}

void ModelScopeDialect::handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) {
  services.pass_through(exchange, [exchange](const std::string& reason) {
    exchange->answer({502, "Content-Type: text/plain\r\n", "the hub cannot be reached: " + printable(reason)});
  });
}

}  // namespace hubcache::hub
