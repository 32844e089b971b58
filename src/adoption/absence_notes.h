// Finds and moves aside the notes by which some clients remember that a commit lacks a file (`.no_exist/`). Such a
// client does not look for an adopted file of that name.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "hub/target.h"
#include "record/record.h"

namespace hubcache::adoption {

/// Returns the adopted files that clients do not look for because of such notes: paths in the repo, sorted, without
/// duplicates.
std::vector<std::string> hidden_files(const hub::Target& target, const hub::View& view, const record::Record& record);

/// Moves such notes aside in all adopted places, as `refresh` does. If this fails in a place, passes a sentence for the
/// user to `tell` and continues with the next place.
void show_hidden_files(const Environment& environment, record::Trust trust,
                       const std::function<void(const std::string&)>& tell);

}  // namespace hubcache::adoption
