// AI Studio's hub, which is a Gitea server: tags, git/trees, contents, media, raw of adopted repos (aistudio-sdk
// 0.3.x).
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

class GiteaDialect final : public Dialect {
 public:
  std::vector<std::pair<std::string, std::string>> variables(const std::string& root) const override;
  bool needs_digests(const Environment& environment) const override;
  std::string_view prefix() const override { return ""; }
  void handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) override;

 private:
  using ServedListing = std::shared_ptr<const std::vector<Listed>>;
  /// Repo id, number of the revision, token: who may see what differs. Offline nobody is asked as anybody.
  using ListingKey = std::tuple<std::string, std::size_t, std::string>;

  struct Question;
  void answer_tag(const Question& question);
  void answer_tree(Question question);
  void answer_contents(Question question);
  void answer_file(Question question);
  void send_file(const Question& question, const CatalogFile& file);
  void with_listing(const Question& question, bool anew, std::function<void(const ServedListing&)> then);
  void describe(const Question& question, const CatalogFile& file);
  bool note_described(const CatalogFile& file, const hash::FileState& state);
  bool is_torn(const CatalogFile& file, const hash::FileState& state, const server::Answer& answer);

  /// In which states of a file clients were last told of it, and sent some of it.
  struct Told {
    hash::FileState described;
    std::optional<hash::FileState> sent;
  };

  void keep(const ListingKey& key, const ServedListing& listing);
  Result<Listing> ask_hub(const Services& services, const CatalogRepo& repo, std::size_t number,
                          const std::string& token);

  std::deque<std::pair<ListingKey, ServedListing>> listings_;  ///< as each client has last seen them; the oldest first
  std::atomic<std::chrono::steady_clock::duration> leave_alone_until_{};  ///< the hub, which did not answer
  std::unordered_map<const CatalogFile*, Told> told_;
};

}  // namespace hubcache::hub
