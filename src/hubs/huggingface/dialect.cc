#include "hubs/huggingface/dialect.h"

#include "hub/download_program.h"
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

std::optional<AskedRepo> HuggingFaceDialect::asked_repo(const server::Request& request) const {
  return hf_client::asked_repo(request, prefix());
}

std::string HuggingFaceDialect::download_program(RepoType type, const RepoId& id, const std::string& revision) const {
  return hub::download_program("huggingface_hub", "snapshot_download", "", id, revision,
                               type == RepoType::dataset ? ", repo_type=\"dataset\"" : "");
}

ObjectId HuggingFaceDialect::published_id(const PublishedIds& ids) const { return hf_client::published_id(ids); }

}  // namespace hubcache::hub
