// The part of CSGHub's API that csghub-sdk uses: /csg.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "hub/dialect.h"
#include "hub/hub.h"
#include "repo/local_tree.h"
#include "server/request_target.h"

namespace hubcache::hub {

/// Used on the server's thread only.
class CsgHubSdkApi {
 public:
  /// Dialect::asked_repo for this part.
  static std::optional<AskedRepo> asked_repo(const server::RequestTarget& target);
  void handle(const std::shared_ptr<server::Exchange>& exchange, Services& services,
              const server::RequestTarget& target);

 private:
  struct Question;
  using Clock = std::chrono::steady_clock;

  void answer_info(const Question& question);
  void answer_file(const Question& question, const std::string& path);
  void send_file(const Question& question, const CatalogFile& file);
  Result<Listing> ask_hub(const Services& services, const RepoRef& repo, const std::string& token);

  /// The state of each file when the server sent it first. A client continues a file without a condition, so it must
  /// not get the rest of another version.
  std::unordered_map<const CatalogFile*, FileStamp> first_sent_;
  /// Until then, hubcache sends no requests to the hub, because it did not answer.
  std::atomic<Clock::duration> leave_alone_until_{};
};

}  // namespace hubcache::hub
