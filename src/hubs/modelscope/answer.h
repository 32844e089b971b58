// Parses the JSON answers of ModelScope's hub and checks types, ids and bounds.
#pragma once

#include <string>
#include <vector>

#include <hubcache/result.h>

#include "hub/entry.h"

namespace hubcache::hub {

/// The branches and tags of a repo.
struct ModelScopeRevisions {
  std::vector<std::string> branches, tags;
};

// Each Error's message is the predicate of a sentence whose subject is the URL: "returned …". An answer whose `Code` is
// not 200 is an Error, whatever its HTTP status is.

/// Parses `repo/files` of a model, or one page of `repo/tree` of a data set. Entry::sha is the commit that changed the
/// file last, and Entry::lfs_sha256 the SHA-256 of its content, if the hub sends it.
Result<std::vector<Entry>> read_modelscope_files(const std::string& body);
/// Parses `revisions` of a model.
Result<ModelScopeRevisions> read_modelscope_revisions(const std::string& body);
/// Returns the `Message` of an answer; "" if it has none.
std::string read_modelscope_message(const std::string& body);

}  // namespace hubcache::hub
