// How aistudio-sdk writes a revision in its URLs: quoted in `?ref=`, unquoted in `tags/…` and `git/trees/…`
// (aistudio_sdk.snapshot_download.get_model_files, 0.3.9; requests and urllib3 quote characters that are invalid in
// URLs).
#pragma once

#include <string>
#include <string_view>

namespace hubcache::hub {

/// The revision that a server decodes if the SDK did not quote it in the URL.
struct UnquotedRevision {
  std::string name;          ///< decoded
  bool loses_query = false;  ///< the name contains a '#', and nothing after it is sent
};
UnquotedRevision read_unquoted(std::string_view revision);

/// Whether the SDK's snapshot finds the revision. A slash works only in a tag's name, because for a tag the SDK
/// requests the tree by the tag's commit.
bool is_found_unquoted(std::string_view revision, bool is_tag);

}  // namespace hubcache::hub
