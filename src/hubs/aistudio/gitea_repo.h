// Requests to a Gitea server about one repo, and the errors for its refusals.
#pragma once

#include <string>
#include <string_view>

#include "hub/hub_repo.h"
#include "hubs/aistudio/gitea_answer.h"

namespace hubcache::hub {

class GiteaRepo final : public HubRepo {
 public:
  GiteaRepo(http::Client& client, const Endpoint& endpoint, const RepoRef& repo);

  std::string about_url() const;
  std::string tag_url() const;
  std::string branch_url() const;
  std::string tree_url(std::string_view revision, std::uint64_t page) const;
  std::string contents_url(std::string_view path) const;  ///< "" for the top folder

  Error refusal(const std::string& url, const http::Answer& answer) const override;

  /// Returns the Error for a repo to which nothing was pushed yet, or whose first push Gitea has not finished
  /// processing, which takes up to a second. A later listing may succeed: is_unsettled() is then true.
  Error unsettled(const std::string& url, const std::string& what);
  bool is_unsettled() const { return is_unsettled_; }

 private:
  std::string message_of(const http::Answer& answer) const override;
  Error refused_token(const std::string& url, const std::string& words) const;

  std::string base_;
  bool is_unsettled_ = false;
};

}  // namespace hubcache::hub
