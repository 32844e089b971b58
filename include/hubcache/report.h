// Tell: reports as text for people and as JSON (with a "schema" number) for scripts. Neither ever holds a token.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <hubcache/adopt.h>
#include <hubcache/hash.h>
#include <hubcache/refresh.h>
#include <hubcache/status.h>
#include <hubcache/targets.h>
#include <hubcache/verify.h>

namespace [[gnu::visibility("default")]] hubcache {

std::string to_text(const AdoptReport& report);
std::string to_text(const ReleaseReport& report);

struct StatusTextOptions {
  bool verbose = false;   ///< all that is known of each repo, file by file, instead of a table of repos
  std::size_t width = 0;  ///< columns of the terminal, which the table fits if it can; 0: no limit
  bool colour = false;    ///< with escape sequences for a terminal; the rest of the text is fit for one in any case
};
std::string to_text(const StatusReport& report, const StatusTextOptions& options = {});
std::string to_text(const RefreshReport& report);  ///< one line a repo
std::string to_text(const TargetsReport& report);

/// A line as sha256sum's: the digests that were asked for (git, sha256, lfs), then the name, two spaces between. A name
/// with a newline, a carriage return or a backslash is escaped as sha256sum does it, other bytes stand as they are.
std::string to_text(const HashedFile& file, const DigestKinds& kinds);
std::string to_text(const CacheStats& stats);
/// The files that are not the same by name.
std::string to_text(const VerifyReport& report);

std::string to_json(const AdoptReport& report);
std::string to_json(const ReleaseReport& report);
/// One outcome is told as its report alone; several as a list under "targets", a failed one by its error.
std::string to_json(const Outcomes<AdoptReport>& outcomes);
std::string to_json(const Outcomes<ReleaseReport>& outcomes);
std::string to_json(const StatusReport& report);
std::string to_json(const RefreshReport& report);
std::string to_json(const TargetsReport& report);
std::string to_json(const std::vector<FileStatus>& files);
/// JSON has no bytes: of a name that is not UTF-8 `path` has U+FFFD where it is not, and `path_bytes` all of it in hex.
std::string to_json(const HashReport& report);
std::string to_json(const CacheStats& stats);
std::string to_json(const VerifyReport& report);
std::string to_json(const Error& error);

}  // namespace hubcache
