// Converts reports to text for people and to JSON (with a "schema" number) for scripts. Neither ever holds a token.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
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
  bool verbose = false;   ///< everything about each repo, file by file, instead of a table of repos
  std::size_t width = 0;  ///< columns of the terminal; the table is fitted to them if possible; 0: no limit
  bool colour = false;    ///< use escape sequences of terminals; the rest of the text is safe for a terminal in any
                          ///< case
};
std::string to_text(const StatusReport& report, const StatusTextOptions& options = {});
std::string to_text(const RefreshReport& report);  ///< one line per repo
std::string to_text(const TargetsReport& report);

/// Formats a line like sha256sum: the digests in `kinds` (in the order git, sha256, lfs), then the name, separated by
/// two spaces. A name with a newline, a carriage return or a backslash is escaped as sha256sum does; other bytes are
/// unchanged.
std::string to_text(const HashedFile& file, const DigestKinds& kinds);
std::string to_text(const CacheStats& stats);
/// Lists the files that differ by name.
std::string to_text(const VerifyReport& report);

std::string to_json(const AdoptReport& report);
std::string to_json(const ReleaseReport& report);
/// Returns the report itself for one outcome, and for several a list under "targets" with an error for each failed
/// target.
std::string to_json(const Outcomes<AdoptReport>& outcomes);
std::string to_json(const Outcomes<ReleaseReport>& outcomes);
std::string to_json(const RefreshReport& report);
std::string to_json(const TargetsReport& report);
std::string to_json(const std::vector<FileStatus>& files);
/// JSON strings cannot hold arbitrary bytes: for a name that is not UTF-8, `path` has U+FFFD in place of the invalid
/// bytes, and `path_bytes` has the whole name in hex.
std::string to_json(const HashReport& report);
std::string to_json(const CacheStats& stats);
std::string to_json(const Error& error);

/// Receives the next part of a text.
using Write = std::function<void(std::string_view part)>;
/// Writes the JSON repo by repo: the JSON of all adopted repos can be large.
void write_json(const StatusReport& report, const Write& write);
void write_json(const VerifyReport& report, const Write& write);

}  // namespace hubcache
