// The first questions about a repo, all at once. Which they are is guessed by what the user has.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/result.h>

#include "hub/local.h"
#include "hubs/aistudio/gitea_repo.h"

namespace hubcache::hub {

/// Beside the questions about the repo and the tag.
struct Opening {
  std::size_t pages = 1;       ///< of the tree
  std::vector<RelPath> files;  ///< whose `contents` are asked for, to hold the tree against
};

/// At most six questions with that of the tag, and the one about the repo.
Opening choose_opening(const Local& local);

/// Such a revision's first tree is asked for in vain if it is one.
bool may_be_tag(const Revision& revision);

struct FileAnswer {
  RelPath path;
  Result<http::Answer> answer;
};

struct Opened {
  std::string revision;                     ///< that the pages are of: the commit of a tag, or else the revision itself
  std::vector<Result<http::Answer>> pages;  ///< never none
  std::vector<FileAnswer> files;            ///< guesses: a failure says nothing
  bool is_tag = false;
  std::optional<About> about = {};  ///< nullopt where it was not asked for, or the hub does not say
  /// The commit of the branch that has the name of the tag, too.
  std::optional<std::string> branch_commit = {};
};

/// As aistudio_sdk 0.3.9 (get_model_files), any refusal of the tag question means that it is no tag; the tree question
/// then fails for the same reason, if there is one.
Result<Opened> open_listing(GiteaRepo& repo, const Local& local);

}  // namespace hubcache::hub
