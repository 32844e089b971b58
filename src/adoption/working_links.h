// The symlinks by which a client that looks for files in its working folder finds the place: one in each working folder
// in which hubcache adopt was run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <hubcache/adopt.h>
#include <hubcache/status.h>

#include "adoption/sites.h"
#include "adoption/status_notes.h"
#include "record/record.h"

namespace hubcache::adoption {

/// Says what stands at the name of such a symlink.
enum class AtWorkingLink {
  leads_here,  ///< it leads to the place, or is the place
  missing,
  folder_gone,  ///< the working folder does not exist
  something_else,
  unknown,  ///< it cannot be looked at
};
AtWorkingLink look_at_working_link(const std::filesystem::path& name, const std::filesystem::path& place);

/// Returns ErrorCode::conflict if something else stands at the working link of the site: hubcache moves nothing there.
/// The adopted folder may stand there: then the client uses it by the index. With `in_place`, no symlink to the place
/// may stand there.
Result<void> check_working_link(const AdoptRequest& request, const Site& site, bool in_place);

/// Adds to the record the working link that the adoption will make, or that stands there already (the working folder
/// was renamed), and removes those whose working folder is gone. Makes no link in the user's folder or in the place,
/// and none in place: a client with another cache would write through it into the user's only files. Returns warnings.
Result<std::vector<std::string>> note_working_links(const hub::Place& place, record::Record& next);

/// Returns the recorded links that are missing in existing working folders.
std::vector<std::filesystem::path> missing_working_links(const hub::Place& place, const record::Record& record);

/// Makes the recorded links that are missing. Returns a warning for each that cannot be made.
std::vector<std::string> make_working_links(const hub::Place& place, const record::Record& record);

/// Removes the recorded links that still lead to the place, and the folders that hubcache has made for them. Returns a
/// warning for each link that cannot be removed.
std::vector<std::string> remove_working_links(const hub::Place& place, const record::Record& record);

/// Adds the working folders to the status of an adopted repo, and notes on missing links.
Result<void> note_working_folders(const NoteInput& input, RepoStatus& repo);

}  // namespace hubcache::adoption
