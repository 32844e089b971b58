#include "hubs/csghub/dialect.h"

#include "hub/download_program.h"
#include "hubs/csghub/dialect_answers.h"
#include "hubs/csghub/hub.h"
#include "hubs/hf_client/api.h"
#include "server/request_target.h"

namespace hubcache::hub {

std::vector<std::pair<std::string, std::string>> CsgHubDialect::variables(const std::string& root) const {
  return {{"CSGHUB_DOMAIN", root}};
}

void CsgHubDialect::handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) {
  const server::RequestTarget target = server::split_target(exchange->request().target);
  const std::string_view client = target.parts.size() > 1 ? target.parts[1] : std::string_view();
  if (client == "csg") return sdk_.handle(exchange, services, target);
  if (client == "hf") return hf_client::handle(exchange, services, {csghub_hub, "/csghub/hf", services.root() + "/hf"});
  csghub_api::leave(exchange, services);
}

std::optional<AskedRepo> CsgHubDialect::asked_repo(const server::Request& request) const {
  const server::RequestTarget target = server::split_target(request.target);
  const std::string_view client = target.parts.size() > 1 ? target.parts[1] : std::string_view();
  return client == "csg" ? CsgHubSdkApi::asked_repo(target) : hf_client::asked_repo(request, "/csghub/hf");
}

std::string CsgHubDialect::download_program(RepoType type, const RepoId& id, const std::string& revision) const {
  return hub::download_program("pycsghub.snapshot_download", "snapshot_download", "", id, revision,
                               type == RepoType::dataset ? ", repo_type=\"dataset\"" : "");
}

ObjectId CsgHubDialect::published_id(const PublishedIds& ids) const { return hf_client::published_id(ids); }

}  // namespace hubcache::hub
