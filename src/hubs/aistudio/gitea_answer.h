// Parses a Gitea server's JSON answers and checks types, object ids and bounds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "hub/entry.h"

namespace hubcache::hub {

/// One page of `git/trees?recursive=true`.
struct TreePage {
  std::vector<Entry> entries;
  std::string version;  ///< last part of `url`; "" if the page has no `url`, which only the first page must have
  std::string repo_id;  ///< owner/name in `url`; "" if `url` has another form
  std::uint64_t total_count = 0;
  bool truncated = false;
  bool is_null = false;  ///< `"tree": null`, which causes a TypeError in aistudio_sdk's snapshot
};

/// Properties of the repo.
struct About {
  std::string default_branch;
  bool is_empty = false;  ///< nothing has been pushed to it yet
};

/// The `contents` of one file.
struct Contents {
  std::string path;
  ObjectId sha;
  std::uint64_t size = 0;
  std::optional<std::uint64_t> lfs_size;  ///< from the pointer text, else from the field of Gitea 1.25
  std::optional<std::string> last_commit_sha;
};

// Each Error's message is the predicate of a sentence whose subject is the URL: "returned …".
Result<TreePage> read_tree_page(const std::string& body);
Result<Contents> read_contents(const std::string& body);
Result<std::vector<Entry>> read_folder(const std::string& body);
Result<std::string> read_commit_of_tag(const std::string& body);
Result<std::string> read_commit_of_branch(const std::string& body);
Result<About> read_about(const std::string& body);
/// Whether the body is `[]`, as `contents` answers for a repo without files.
bool is_empty_list(const std::string& body);

/// Returns the `message` of an error answer; nullopt if it has none.
std::optional<std::string> read_message(const std::string& body);

}  // namespace hubcache::hub
