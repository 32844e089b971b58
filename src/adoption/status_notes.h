// The notes of `hubcache status` on one repo: each says what is wrong, and the command that mends it.
#pragma once

#include <optional>
#include <string>

#include <hubcache/environment.h>
#include <hubcache/result.h>
#include <hubcache/status.h>

#include "adoption/sites.h"
#include "adoption/verdicts.h"
#include "record/record.h"

namespace hubcache::adoption {

struct NoteInput {
  const Environment& environment;
  const Site& site;
  const hub::View& view;
  const record::Record& record;
};

/// Adds what changed since the adoption: in the folder, in the place, on the mount points below it.
Result<void> note_adoption(const NoteInput& input, RepoStatus& repo);
/// Adds what clients do not see of the adoption, and the copies that they see instead.
void note_unseen(const NoteInput& input, RepoStatus& repo);
/// Adds what a target that cannot be pinned does after a push to the hub.
void note_hub(const hub::Target& target, RepoStatus& repo);
/// Adds what is wrong with the place, adopted or not.
void note_place(const hub::Target& target, const hub::View& view, bool is_adopted, RepoStatus& repo);
/// Adds what `download_bytes` leaves out.
void note_sizes(RepoStatus& repo);
/// Adds that the client gets None for adopted files that it asks for one by one.
void note_none(const hub::Target& target, RepoStatus& repo);
/// Adds that a client which asks the hub at every run fails while it does not answer.
void note_silent_hub(const hub::Target& target, const hub::View& view, RepoStatus& repo);
/// Adds that the revision was adopted from another hub (`adopted_from`) than the one that the environment names.
/// For a repo that the hub refuses: names an adopted repo of another hub that has the same id.
void note_other_name(const Environment& environment, const Site& site, RepoStatus& repo);
void note_other_hub(const Site& site, const std::string& adopted_from, const std::string& present, bool asked_present,
                    RepoStatus& repo);
/// Adds that the revision was adopted offline, and the client keeps it under a version that the hub does not have.
void note_made_up_version(const Site& site, RepoStatus& repo);
/// Makes the error the repo's, and a note.
void note_error(const Error& error, RepoStatus& repo);

}  // namespace hubcache::adoption
