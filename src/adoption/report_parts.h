// Parts of the text reports that several commands share.
#pragma once

#include <string>
#include <vector>

#include <hubcache/adopt.h>

#include "hub/target.h"

namespace hubcache::adoption {

const hub::Hub& hub_of(const std::string& target);
hub::ClientNames client_of(const std::string& target);

/// Returns the id as a user types it, followed by the target if it is not that of the hub's own client.
std::string name_of_repo(const std::string& repo_id, const std::string& target);

/// Returns the downloads of a client that an adoption lacks; "up to" them if only some versions of the client do these.
std::string at_most(const std::string& target, const std::string& downloads);

std::string warnings_text(const std::vector<std::string>& warnings);
std::string kept_text(const std::vector<std::string>& kept);
std::string unread_text(const std::vector<std::string>& unread);
/// Returns a few words that predict the next run after an adoption that lacks these files.
std::string next_run_text(bool asked_hub, const std::vector<MissingFile>& missing, const std::string& target);
/// Returns a list of the files that the adoption lacks and what the client does about them; "" if there are none.
std::string missing_text(const std::vector<MissingFile>& missing, const std::string& target);

}  // namespace hubcache::adoption
