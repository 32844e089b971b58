#include "hubs/huggingface/dialect.h"

#include "hubs/hf_client/api.h"
#include "hubs/huggingface/hub.h"

namespace hubcache::hub {

std::vector<std::pair<std::string, std::string>> HuggingFaceDialect::variables(const std::string& root) const {
  // Disables Xet, which downloads from other servers.
  return {{"HF_ENDPOINT", root}, {"HF_HUB_DISABLE_XET", "1"}};
}

void HuggingFaceDialect::handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) {
  hf_client::handle(exchange, services, {huggingface_hub, prefix(), services.root()});
}

}  // namespace hubcache::hub
