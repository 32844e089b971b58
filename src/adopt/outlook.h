// Sums up the verdicts on a repo's files: what its client will do at the next run.
#pragma once

#include <optional>

#include <hubcache/status.h>

#include "record/record.h"
#include "repo/remote_tree.h"
#include "target/view.h"

namespace hubcache::adoption {

/// Fills the outlook of the repo and of each of its revisions from the repo's files. `question`: what the client asks.
void sum_up(RepoStatus& repo, Question question);

RepoState state_of(const RepoStatus& repo, const target::View& view, const std::optional<record::Record>& record);

/// Whether the hub has another version of the revision now than at the adoption: compared by the listing's version; if
/// one of the two has none, by the ids of the files. nullopt: the adoption knows neither.
std::optional<bool> has_moved_on(const record::Record& record, const std::string& revision, const RemoteTree& tree);

/// Files whose index record has a wrong shape, at which the client raises.
std::uint64_t count_odd_records(const RepoStatus& repo);

/// Whether the client downloads the file, or would if a leftover of an earlier download did not prevent it.
bool is_download(const Verdict& verdict);

}  // namespace hubcache::adoption
