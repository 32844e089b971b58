// Tell: reports as text for people and as JSON (with a "schema" number) for scripts. Neither ever holds a token.
#pragma once

#include <string>
#include <vector>

#include <hubcache/adopt.h>
#include <hubcache/status.h>

namespace hubcache {

std::string to_text(const AdoptReport& report);
std::string to_text(const ReleaseReport& report);
/// `verbose`: file by file.
std::string to_text(const StatusReport& report, bool verbose);

std::string to_json(const AdoptReport& report);
std::string to_json(const ReleaseReport& report);
std::string to_json(const StatusReport& report);
std::string to_json(const std::vector<FileStatus>& files);
std::string to_json(const Error& error);

}  // namespace hubcache
