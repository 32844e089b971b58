// Decide: pure functions from facts to findings. Nothing here reads a file, a variable or a clock.
#pragma once

#include <vector>

#include <hubcache/doctor.h>

#include "doctor/facts.h"

namespace hubcache::doctor_parts {

using Findings = std::vector<Finding>;

/// Returns all findings: the wrong ones, then the notes, then what is in order.
Findings decide(const Facts& facts);

Findings judge_targets(const DoctorReport& report);
Findings judge_settings(const std::vector<HubSettings>& settings);
/// If no hub gives an answer, the finding is that there is no network.
Findings judge_hubs(const std::vector<ExaminedHub>& hubs, bool offline);
/// If the clocks of all hubs differ from this machine's, this machine's is wrong; else the hub's is.
Findings judge_clocks(const std::vector<ExaminedHub>& hubs);
Findings judge_tokens(const std::vector<ExaminedHub>& hubs);
Findings judge_file_systems(const std::vector<ExaminedFileSystem>& file_systems);
Findings judge_repos(const std::vector<RepoFacts>& repos, std::size_t adopted);
Findings judge_own(const OwnFacts& own);

}  // namespace hubcache::doctor_parts
