// The API of AI Studio's hub, a Gitea server: answers the requests of aistudio-sdk 0.3.x for tags, git/trees, contents,
// media and raw of adopted repos.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "hub/dialect.h"
#include "hub/hub.h"
#include "hub/served_listing.h"

namespace hubcache::hub {

struct GiteaQuestion;

class GiteaDialect final : public Dialect {
 public:
  std::vector<std::pair<std::string, std::string>> variables(const std::string& root) const override;
  bool needs_digests(const Environment& environment) const override;
  std::string_view prefix() const override { return ""; }
  void handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) override;
  std::optional<AskedRepo> asked_repo(const server::Request& request) const override;
  std::string_view token_variable() const override { return "AISTUDIO_ACCESS_TOKEN"; }
  std::string download_program(RepoType type, const RepoId& id, const std::string& revision) const override;

 private:
  using ServedListing = std::shared_ptr<const std::vector<Listed>>;
  /// Repo id, number of the revision, and token, since access depends on the token. Offline the token is "".
  using ListingKey = std::tuple<std::string, std::size_t, std::string>;

  using Question = GiteaQuestion;

  void answer_tag(const Question& question);
  void answer_tree(Question question);
  void answer_contents(Question question);
  void answer_file(const Question& question);
  void send_file(const Question& question, const CatalogFile& file);
  void with_listing(const Question& question, bool anew, std::function<void(const Entries&)> then);
  void describe(const Question& question, const CatalogFile& file);
  bool note_described(const CatalogFile& file, const hash::FileState& state);
  bool is_torn(const CatalogFile& file, const hash::FileState& state, const server::Answer& answer);

  /// The state of a file when it was last described to a client, and when a part of it was last sent.
  struct Told {
    hash::FileState described;
    std::optional<hash::FileState> sent;
  };

  void keep(const ListingKey& key, const ServedListing& listing);
  Result<Listing> ask_hub(const Services& services, const CatalogRepo& repo, std::size_t number,
                          const std::string& token);

  std::deque<std::pair<ListingKey, ServedListing>> listings_;  ///< the last listing for each key; the oldest first
  /// Until then, hubcache sends no requests to the hub, because it did not answer.
  std::atomic<std::chrono::steady_clock::duration> leave_alone_until_{};
  std::unordered_map<const CatalogFile*, Told> told_;
};

}  // namespace hubcache::hub
