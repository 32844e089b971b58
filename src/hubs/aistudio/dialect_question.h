// One request to the dialect of AI Studio's hub.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "hub/dialect.h"
#include "server/exchange.h"
#include "server/request_target.h"

namespace hubcache::hub {

/// One request about an adopted or published repo.
struct GiteaQuestion {
  std::shared_ptr<server::Exchange> exchange;
  Services& services;
  const CatalogRepo& repo;
  server::RequestTarget target;
  std::string path;        ///< path of the file or folder, or the revision's name; decoded
  std::string revision;    ///< the revision in the request
  std::size_t number = 0;  ///< index into CatalogRepo::revisions

  std::string root() const { return services.root(); }
  /// Whether the hub is not asked.
  bool is_offline() const { return services.is_offline() || repo.is_published(); }
  const CatalogRevision& known() const { return repo.revisions[number]; }
  void answer(server::Answer answer) const { exchange->answer(std::move(answer)); }
  void describe(const CatalogFile& file, std::uint64_t size, const std::string& sha256, bool as_commit) const;

  /// Passes a request for something that is not adopted to the upstream; offline, answers with `refusal`. If the
  /// upstream cannot be reached, calls `without_hub`; if that is empty, answers with an error.
  void leave(server::Answer refusal, std::function<void()> without_hub = {}) const;

  /// Does the same for one file. Refuses a path that is not a valid file path.
  void leave_file(server::Answer refusal, std::function<void()> without_hub = {}) const;
};

}  // namespace hubcache::hub
