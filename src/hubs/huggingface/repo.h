// Requests to Hugging Face's hub about one repo, and the errors for its refusals.
#pragma once

#include <string>
#include <string_view>

#include "hub/hub_repo.h"

namespace hubcache::hub {

class HuggingFaceRepo final : public HubRepo {
 public:
  HuggingFaceRepo(http::Client& client, const Endpoint& endpoint, const RepoRef& repo);

  std::string info_url() const;
  std::string tree_url(std::string_view commit) const;  ///< URL of the first page

  /// Uses X-Error-Code, as huggingface_hub.utils._http.hf_raise_for_status does.
  Error refusal(const std::string& url, const http::Answer& answer) const override;

 private:
  std::string message_of(const http::Answer& answer) const override;
  Error reason_of(const std::string& url, const http::Answer& answer) const;
  Error without_permission(const std::string& url, const std::string& words) const;

  std::string base_;
};

}  // namespace hubcache::hub
