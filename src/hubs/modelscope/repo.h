// Requests to ModelScope's hub about one repo, and the errors for its refusals.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hub/hub_repo.h"

namespace hubcache::hub {

class ModelScopeRepo final : public HubRepo {
 public:
  ModelScopeRepo(http::Client& client, const Endpoint& endpoint, const RepoRef& repo);

  /// The URL of a model's listing below `folder`; "" for the top.
  std::string files_url(std::string_view folder, bool is_recursive) const;
  /// The URL of one page of a data set's listing; the first page is 1.
  std::string tree_url(std::uint64_t page) const;
  std::string revisions_url() const;

  Error refusal(const std::string& url, const http::Answer& answer) const override;

  static constexpr std::size_t page_size = 200;

 private:
  std::string message_of(const http::Answer& answer) const override;

  std::string base_;
};

}  // namespace hubcache::hub
