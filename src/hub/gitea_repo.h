// The questions to a Gitea server about one repo, and what its refusals mean.
#pragma once

#include <string>
#include <string_view>

#include "hub/gitea_answer.h"
#include "hub/hub_repo.h"

namespace hubcache::hub {

class GiteaRepo final : public HubRepo {
 public:
  GiteaRepo(http::Client& client, const Endpoint& endpoint, const RepoRef& repo);

  std::string tag_url() const;
  std::string tree_url(std::string_view revision, std::uint64_t page) const;
  std::string contents_url(std::string_view path) const;  ///< "" for the top folder

  Error refusal(const std::string& url, const http::Answer& answer) const override;

 private:
  std::string message_of(const http::Answer& answer) const override;
  Error refused_token(const std::string& url, const std::string& words) const;

  std::string base_;
};

}  // namespace hubcache::hub
