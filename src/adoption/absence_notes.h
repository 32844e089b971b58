// Some clients remember which files a commit does not have (`.no_exist/`), and then do not look at an
// adopted file of that name.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "hub/target.h"
#include "record/record.h"

namespace hubcache::adoption {

/// The adopted files that clients do not look at, by their paths in the repo; sorted, each once.
std::vector<std::string> hidden_files(const hub::Target& target, const hub::View& view, const record::Record& record);

/// Moves such notes aside in all places that hubcache has adopted, as `refresh` does. A place where that fails is told
/// of, and left as it is.
void show_hidden_files(const Environment& environment, record::Trust trust,
                       const std::function<void(const std::string&)>& tell);

}  // namespace hubcache::adoption
