// How aistudio-sdk names a revision in its URLs: quoted in `?ref=`, and as it is in `tags/…` and `git/trees/…`
// (aistudio_sdk.snapshot_download.get_model_files, 0.3.9; requests and urllib3 quote what no URL may hold).
#pragma once

#include <string>
#include <string_view>

namespace hubcache::hub {

/// What a server reads where the SDK put the revision into a URL as it is.
struct UnquotedRevision {
  std::string name;          ///< decoded
  bool loses_query = false;  ///< it holds a '#', and what follows that is not sent
};
UnquotedRevision read_unquoted(std::string_view revision);

/// Whether the SDK's snapshot finds the revision: a slash is fine in a tag's name only, because the SDK then goes on
/// with the tag's commit.
bool is_found_unquoted(std::string_view revision, bool is_tag);

}  // namespace hubcache::hub
