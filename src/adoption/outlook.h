// Sums up the verdicts on a repo's files: predicts what the client will do at the next run.
#pragma once

#include <optional>

#include <hubcache/status.h>

#include "hub/view.h"
#include "record/record.h"
#include "repo/remote_tree.h"

namespace hubcache::adoption {

/// Fills the outlooks of the repo and of each of its revisions from the repo's files. `question`: how the client
/// requests files.
void sum_up(RepoStatus& repo, Question question);

RepoState state_of(const RepoStatus& repo, const hub::View& view, const std::optional<record::Record>& record);

/// True if the hub's version of the revision differs from the adopted version. Compares the versions of the listings;
/// if one listing has no version, compares the ids of the files. Returns nullopt if the adoption records neither.
std::optional<bool> has_moved_on(const record::Record& record, const std::string& revision, const RemoteTree& tree);

/// Counts the files whose index record has a wrong shape, so that the client raises an exception.
std::uint64_t count_odd_records(const RepoStatus& repo);

/// True if the client downloads the file, or would download it if the rest of an earlier download did not block it.
bool is_download(const Verdict& verdict);

}  // namespace hubcache::adoption
