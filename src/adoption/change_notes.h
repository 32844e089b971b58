// Writes the notes of `hubcache status` on what has changed since an adoption.
#pragma once

#include "adoption/mount_points.h"
#include "adoption/status_notes.h"

namespace hubcache::adoption {

/// Sets repo.changes, and adds notes on changes in the adopted folder.
void note_folder(const NoteInput& input, RepoStatus& repo);
/// Adds notes on adopted files that the client or another program has replaced, and in place on files that have no
/// second hard link. Leaves out the files below mount points. Called after note_folder().
void note_place_of(const NoteInput& input, const BelowMounts& mounts, RepoStatus& repo);

}  // namespace hubcache::adoption
