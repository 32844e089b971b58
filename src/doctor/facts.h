// The facts from which the findings follow. gather.h collects them; decide.h draws the conclusions.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/doctor.h>
#include <hubcache/status.h>

#include "hub/checkup.h"
#include "hub/hub.h"

namespace hubcache::doctor_parts {

/// The settings of one hub's clients.
struct HubSettings {
  struct Pair {
    hub::Contradiction contradiction;
    bool does_harm = true;  ///< false: the folder that is not used is empty or missing
  };
  std::vector<Pair> contradictions;
  std::vector<hub::TwinFolders> twins;
  std::string hash_validation;  ///< what the clients do because of the variable; "" if it is not set
  std::string hash_validation_variable;
};

/// A cached repo that does not work, or that nobody may change.
struct RepoFacts {
  std::string name;  ///< as users type it
  RepoStatus status;
  std::filesystem::path index = {};   ///< the client's index; "" if the client has none
  std::filesystem::path record = {};  ///< hubcache's record, if it is damaged; else ""
};

/// The state of hubcache's own files, and the system's settings.
struct OwnFacts {
  std::string dead_local_hub;         ///< a sentence if the variables lead to a local hub that does not run; else ""
  std::string local_hub;              ///< its address
  std::vector<std::string> unread;    ///< sentences about folders that may have repos and cannot be read
  std::string status_error;           ///< why the caches cannot be examined; "" if they can
  std::uint64_t damaged_digests = 0;  ///< records of the digest cache
  std::string digest_error;           ///< why the digest cache cannot be read; "" if it can
  std::filesystem::path digest_cache;
  std::string protected_hardlinks;  ///< the value of fs.protected_hardlinks; "" if it cannot be read
};

struct Facts {
  DoctorReport report;  ///< everything but the findings
  std::vector<HubSettings> settings;
  std::vector<RepoFacts> repos;
  std::size_t adopted = 0;  ///< number of `repos` that are adopted
  OwnFacts own;
};

}  // namespace hubcache::doctor_parts
