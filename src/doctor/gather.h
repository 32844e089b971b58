// Gather: collects the facts. Reads the file system, and makes and removes temporary files to try out links.
#pragma once

#include <vector>

#include <hubcache/doctor.h>
#include <hubcache/refresh.h>
#include <hubcache/status.h>

#include "doctor/facts.h"

namespace hubcache::doctor_parts {

Result<Facts> gather(const Environment& environment, const DoctorRequest& request);

/// Returns all targets with the installed packages that contain their clients.
std::vector<ExaminedTarget> examine_targets(const Environment& environment);

/// Returns the file systems of the targets' places. `status` and `refresh`: what clients would download and what
/// `refresh` would copy, without asking a hub.
std::vector<ExaminedFileSystem> examine_file_systems(const std::vector<ExaminedTarget>& targets,
                                                     const StatusReport& status, const RefreshReport& refresh);

/// Returns the repos with what is needed to judge them.
std::vector<RepoFacts> examine_repos(const Environment& environment, const StatusReport& status);

}  // namespace hubcache::doctor_parts
