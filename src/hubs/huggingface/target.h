// huggingface_hub with its cache, as transformers, datasets and others use it, or with local_dir=DIR.
// docs/formats/huggingface.md describes it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hub/target.h"

namespace hubcache::hub {

const Target& huggingface();
const Target& huggingface_dir();  ///< local_dir=DIR

/// Copies that transformers and datasets make: see Rules::commit_copies.
namespace huggingface_parts {

Result<std::vector<CommitCopy>> commit_copies(const Environment&, const RepoRef&, std::string_view commit);
std::string copies_caution(const Environment&, const RepoRef&, std::string_view commit, bool has_code);

}  // namespace huggingface_parts

}  // namespace hubcache::hub
