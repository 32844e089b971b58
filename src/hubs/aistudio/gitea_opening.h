// The first requests about a repo, sent at the same time. The user's files decide which ones.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/result.h>

#include "hub/local.h"
#include "hubs/aistudio/gitea_repo.h"

namespace hubcache::hub {

/// The first requests, besides those for the repo and the tag.
struct Opening {
  std::size_t pages = 1;       ///< number of pages of the tree
  std::vector<RelPath> files;  ///< files whose `contents` are requested, to check the tree
};

/// Chooses the requests: with those for the tag and the repo at most seven.
Opening choose_opening(const Local& local);

/// Whether the revision may be a tag. The tree of a tag must be requested again, by the tag's commit.
bool may_be_tag(const Revision& revision);

struct FileAnswer {
  RelPath path;
  Result<http::Answer> answer;
};

struct Opened {
  std::string revision;  ///< the revision of `pages`: the commit of a tag, or else the revision itself
  std::vector<Result<http::Answer>> pages;  ///< at least one
  std::vector<FileAnswer> files;            ///< the hub may lack them: a failure is no error
  bool is_tag = false;
  std::optional<About> about = {};  ///< nullopt if it was not requested, or the hub did not send it
  /// The commit of the branch with the same name as the tag.
  std::optional<std::string> branch_commit = {};
};

/// Sends the first requests. As in aistudio_sdk 0.3.9 (get_model_files), any refusal of the tag request means that the
/// revision is not a tag; if the refusal has another reason, the tree request fails for it, too.
Result<Opened> open_listing(GiteaRepo& repo, const Local& local);

}  // namespace hubcache::hub
