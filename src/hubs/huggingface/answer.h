// Parses the JSON answers of Hugging Face's hub and checks types, object ids and bounds.
#pragma once

#include <string>
#include <vector>

#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "hub/entry.h"

namespace hubcache::hub {

// Each Error's message is the predicate of a sentence whose subject is the URL: "returned …".

/// Returns the commit in `sha` of the info of a model or data set.
Result<ObjectId> read_commit_of_info(const std::string& body);
/// Returns the repo's id as the hub spells it; "" if the answer has none.
std::string read_id_of_info(const std::string& body);
/// Parses one page of `tree?recursive=true`. A file without an id is an Error, since the client reads the id of each
/// file.
Result<std::vector<Entry>> read_huggingface_page(const std::string& body);
/// Returns the `error` of an error answer; "" if it has none.
std::string read_huggingface_error(const std::string& body);

/// Returns the address of the next page from a Link header (huggingface_hub.utils._pagination); "" for the last page.
std::string next_page_in(const std::string& link);

}  // namespace hubcache::hub
