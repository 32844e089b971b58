// Shows a hub to people and operators: its page, metrics, readiness and access log.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <hubcache/result.h>

#include "local_hub/access_log.h"
#include "local_hub/figures.h"
#include "local_hub/local_hub.h"
#include "local_hub/metrics.h"
#include "local_hub/page.h"
#include "local_hub/published_list.h"
#include "server/observer.h"

namespace hubcache::local_hub {

class LocalHub::Overview final : public server::Observer {
 public:
  explicit Overview(LocalHub& hub);

  /// Writes the access log into `file`, relative to `folder`; "-" is stdout.
  Result<void> write_log(const std::filesystem::path& folder, const std::filesystem::path& file);
  Result<void> reopen_log();

  /// Whether the target is that of the page or of the metrics.
  static bool takes(std::string_view target);
  /// Answers a request that is not only for reading with 405. Returns false for others.
  static bool refuses_to_write(const std::shared_ptr<server::Exchange>& exchange);
  /// Answers a request for the page or the metrics.
  void handle(const std::shared_ptr<server::Exchange>& exchange);
  /// 200 if the hub can answer clients, else 503. Needs no token, and so names no store.
  void answer_readiness(const std::shared_ptr<server::Exchange>& exchange);

  void sent(std::uint64_t bytes) override { figures_.add_bytes(bytes); }
  void ended(const server::Ended& one) override;

 private:
  using Published = std::shared_ptr<const PublishedList::All>;

  HubState state() const;
  std::string environment_command() const;
  void show_all(const std::shared_ptr<server::Exchange>& exchange);
  server::Answer front(const Published& published) const;
  void show_repo(const std::shared_ptr<server::Exchange>& exchange);
  server::Answer repo(const hub::CatalogRepo& repo, const std::string& revision, std::size_t first) const;
  RepoRow row_of(const hub::CatalogRepo& repo, std::size_t revision) const;
  RepoRow row_of(const PublishedList::Entry& entry, const PublishedList::OfStore& store) const;
  RepoPage::File file_of(const hub::CatalogRepo& repo, std::size_t number) const;
  const DialectServices* services_of(const hub::Hub& hub) const;

  LocalHub& hub_;
  Figures figures_;
  std::optional<PublishedList> published_;
  std::unique_ptr<AccessLog> log_;
};

}  // namespace hubcache::local_hub
