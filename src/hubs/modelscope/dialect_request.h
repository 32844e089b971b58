// Parses requests for ModelScope's API to the local hub.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <hubcache/repo.h>

#include "server/message.h"
#include "server/request_target.h"

namespace hubcache::hub::modelscope_api {

/// The path of a request about one repo.
struct RepoPath {
  RepoType type = RepoType::model;
  std::string owner, name;  ///< both "" if the path has `number` instead
  std::string number;       ///< the `Id` of a data set, by which clients before 1.38 list it
  std::string what;         ///< "" for the information; revisions, repo, repo/files, repo/tree, or what no client asks
};

/// Parses /modelscope/api/v1/{models,datasets}/OWNER/NAME[/WHAT] and /modelscope/api/v1/datasets/NUMBER/repo/tree;
/// nullopt for other targets.
std::optional<RepoPath> repo_path(const server::RequestTarget& target);

/// Whether the request is the question for an address inside the hub's own data centers.
bool asks_for_acceleration(const server::RequestTarget& target);

/// The part of a listing that a client asks for.
struct Part {
  std::string folder;  ///< "": the whole repo
  bool is_recursive = false;
  std::size_t page = 1;
  std::size_t page_size = 0;  ///< 0: everything is on one page
};
/// `has_pages`: the listing of a data set.
Part part_of(const server::RequestTarget& target, bool has_pages);

/// Whether the request is for a part of a file, as of a client that downloads several parts at a time
/// (_download._parallel_download, modelscope-hub 0.5.1). A client that continues a file names no end.
bool asks_for_part(const server::Request& request);

/// Returns the token that clients since 1.38 send as `Authorization: Bearer`, or that earlier clients send as a cookie;
/// "" if there is none.
std::string token_of(const server::Request& request);

}  // namespace hubcache::hub::modelscope_api
