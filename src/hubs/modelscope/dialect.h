// The API of ModelScope's hub: answers the requests of modelscope for information, revisions, listings and files of
// adopted repos. Clients from 1.38 on reach it by MODELSCOPE_ENDPOINT. Earlier ones force https and the hub's own name,
// so they reach it only under `hubcache run`, as a proxy.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/dialect.h"
#include "hubs/modelscope/dialect_answers.h"
#include "hubs/modelscope/dialect_digests.h"
#include "hubs/modelscope/dialect_listings.h"

namespace hubcache::hub {

class ModelScopeDialect final : public Dialect {
 public:
  std::vector<std::pair<std::string, std::string>> variables(const std::string& root) const override;
  std::vector<std::string> fixed_sites(const Environment& environment) const override;
  bool needs_digests(const Environment&) const override { return false; }
  std::string_view prefix() const override { return "/modelscope"; }
  void handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) override;
  std::optional<AskedRepo> asked_repo(const server::Request& request) const override;
  /// Its clients know a file by the commit that changed it last.
  ObjectId published_id(const PublishedIds& ids) const override { return ids.commit; }
  std::string_view token_variable() const override { return "MODELSCOPE_API_TOKEN"; }
  std::string download_program(RepoType type, const RepoId& id, const std::string& revision) const override;

 private:
  struct Question;
  void answer_repo(Question question);
  void answer_listing(const Question& question);
  void list_files(const Question& question, const std::shared_ptr<modelscope_api::ComputedDigests>& computed);
  /// Computes the unknown digests of the repo's files from number `first` on, and then answers.
  void compute_and_list(const Question& question, std::size_t first,
                        const std::shared_ptr<modelscope_api::ComputedDigests>& computed);
  void answer_file(const Question& question);
  void send_file(const Question& question, const CatalogFile& file);

  ServedListings listings_;
  DigestQueue digests_;
  modelscope_api::WithoutDigest without_digest_;
};

}  // namespace hubcache::hub
