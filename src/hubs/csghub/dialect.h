// The API of CSGHub's hub, which csghub-sdk reaches by CSGHUB_DOMAIN. Each client has its own first folder in it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/dialect.h"
#include "hubs/csghub/dialect_sdk.h"

namespace hubcache::hub {

class CsgHubDialect final : public Dialect {
 public:
  std::vector<std::pair<std::string, std::string>> variables(const std::string& root) const override;
  bool needs_digests(const Environment&) const override { return false; }
  std::string_view prefix() const override { return "/csghub"; }
  void handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) override;
  std::optional<AskedRepo> asked_repo(const server::Request& request) const override;
  ObjectId published_id(const PublishedIds& ids) const override;
  std::string_view token_variable() const override { return "CSGHUB_TOKEN"; }
  std::string download_program(RepoType type, const RepoId& id, const std::string& revision) const override;

 private:
  CsgHubSdkApi sdk_;
};

}  // namespace hubcache::hub
