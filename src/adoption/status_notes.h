// Writes the notes of `hubcache status` on one repo: each note names a problem and the command that solves it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

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

/// The command line on the adoption that the status describes: see command_on().
std::string command_for(std::string_view command, const RepoStatus& repo);
/// Adds notes on changes since the adoption: in the folder, in the place, on mount points below the place.
Result<void> note_adoption(const NoteInput& input, RepoStatus& repo);
/// Adds notes on adopted files that clients do not see, and on copies that clients use instead.
void note_unseen(const NoteInput& input, RepoStatus& repo);
/// Adds a note on what the client of a target that cannot be pinned does after a push to the hub.
void note_hub(const hub::Target& target, RepoStatus& repo);
/// Adds notes on problems of the place, adopted or not.
void note_place(const hub::Target& target, const hub::View& view, bool is_adopted, RepoStatus& repo);
/// Adds a note on the downloads whose sizes `download_bytes` does not include.
void note_sizes(RepoStatus& repo);
/// Adds a note that the client gets None for adopted files that it requests one by one.
void note_none(const hub::Target& target, RepoStatus& repo);
/// Adds a note that a client which asks the hub at every run fails while the hub does not answer.
void note_silent_hub(const hub::Target& target, const hub::View& view, RepoStatus& repo);
/// For a repo that the hub refuses: adds a note that names an adopted repo of another hub with the same id.
void note_other_name(const Environment& environment, const Site& site, RepoStatus& repo);
/// Adds a note that the revision was adopted from another hub (`adopted_from`) than `present`, the hub that the
/// environment names. `asked_present`: status has asked `present`.
void note_other_hub(const Site& site, const std::string& adopted_from, const std::string& present, bool asked_present,
                    RepoStatus& repo);
/// Adds a note that the revision was adopted offline, so that the client keeps it under a version that the hub does not
/// have.
void note_made_up_version(const Site& site, RepoStatus& repo);
/// Stores the error in the repo and adds it as a note.
void note_error(const Error& error, RepoStatus& repo);

}  // namespace hubcache::adoption
