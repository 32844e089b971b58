#include "hubs/csghub/dialect.h"

namespace hubcache::hub {

std::vector<std::pair<std::string, std::string>> CsgHubDialect::variables(const std::string& root) const {
  return {{"CSGHUB_DOMAIN", root}};
}

void CsgHubDialect::handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) {
  if (services.is_offline()) return exchange->answer({404, "Content-Type: application/json\r\n", "{}"});
  services.pass_through(exchange, [exchange](const std::string&) {
    exchange->answer({502, "Content-Type: application/json\r\n", "{}"});
  });
}

}  // namespace hubcache::hub
