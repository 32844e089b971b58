// Requests to CSGHub's hub about one repo, and the errors for its refusals.
#pragma once

#include <string>

#include "hub/hub_repo.h"

namespace hubcache::hub {

class CsgHubRepo final : public HubRepo {
 public:
  using HubRepo::HubRepo;

  /// The URL of the listing.
  std::string info_url() const;
  std::string file_url(const RelPath& path) const;

  Error refusal(const std::string& url, const http::Answer& answer) const override;

 private:
  std::string message_of(const http::Answer& answer) const override;
  Error reason_of(const std::string& url, const http::Answer& answer, bool is_unknown) const;
};

}  // namespace hubcache::hub
