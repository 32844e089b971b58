// Parses the JSON answers of Hugging Face's hub and checks types, object ids and bounds.
#pragma once

#include <string>
#include <vector>

#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "hub/entry.h"

namespace hubcache::hub {

// Each Error's message is a half sentence that follows the URL: "answered with …".

/// The commit in `sha` of a model's or data set's info.
Result<ObjectId> read_commit_of_info(const std::string& body);
/// The repo's id as the hub spells it; "" where the answer does not tell.
std::string read_id_of_info(const std::string& body);
/// One page of `tree?recursive=true`. A file whose id is missing is an Error: the client reads it of each.
Result<std::vector<Entry>> read_huggingface_page(const std::string& body);
/// The `error` of an error answer; "" where it has none.
std::string read_huggingface_error(const std::string& body);

/// The address that a Link header calls the next page (huggingface_hub.utils._pagination); "" on the last.
std::string next_page_in(const std::string& link);

}  // namespace hubcache::hub
