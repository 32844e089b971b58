// The questions to a Gitea server about one repo, and what its refusals mean.
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

  /// Nothing was pushed yet, or the hub has not taken in the first push, which takes Gitea up to a second: the Error of
  /// this listing may be gone at the next one.
  Error unsettled(const std::string& url, const std::string& what);
  bool is_unsettled() const { return is_unsettled_; }

 private:
  std::string message_of(const http::Answer& answer) const override;
  Error refused_token(const std::string& url, const std::string& words) const;

  std::string base_;
  bool is_unsettled_ = false;
};

}  // namespace hubcache::hub
