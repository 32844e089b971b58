// The cached repos of all clients on this machine: what they are, and what they occupy. Nothing is changed, no hub is
// asked, and no symlink is followed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

enum class CachedState {
  adopted,     ///< by hubcache
  genuine,     ///< downloaded by a client; nothing shows that a file is missing, but the hub was not asked
  partial,     ///< a download has not been completed: there is a part of a file, and not the file
  damaged,     ///< the client cannot read its index, or symlinks of the client lead to nothing
  empty,       ///< there are no files
  unreadable,  ///< this user may not read all of its folders: the sizes are those of the rest
};
std::string_view name_of(CachedState state);

/// Counts files.
struct CachedFiles {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  ///< of content
};

/// One repo in the cache of one client. The same repo in another client's cache is another CachedRepo.
struct CachedRepo {
  std::string repo_id;  ///< as the client names it: owner/name, or a name without an owner
  std::string hub;      ///< Hub::name
  std::string target;   ///< name for `targets` in a request
  std::string type;     ///< "model", "dataset", or another word of the client
  std::filesystem::path place;
  CachedState state = CachedState::genuine;
  bool pinned = false;                ///< adopted; the client ignores pushes to the hub
  std::filesystem::path folder = {};  ///< adopted repos only: the user's folder
  std::uint64_t disk_size = 0;     ///< bytes of all blocks, those of folders too; hard links count once, as for du(1)
  std::uint64_t content_size = 0;  ///< bytes of the contents of the repo's files in the cache, each once
  std::uint64_t files = 0;         ///< files that programs find, in all revisions
  std::uint64_t revision_count = 0;
  std::vector<std::string> revisions = {};  ///< the first 100: their names, or folders without a name (commits); sorted
  /// The latest time at which a file was read or written, in seconds since 1970; nullopt if there are no files. Many
  /// file systems note only one read a day (relatime), or none (noatime).
  std::optional<std::int64_t> last_use = {};
  CachedFiles temporary = {};           ///< unfinished downloads, running or left over
  CachedFiles aside = {};               ///< files that hubcache keeps for this repo: displaced, originals, kept
  std::vector<std::string> notes = {};  ///< problems, for people
};

enum class CachedOrder {
  size,  ///< largest first
  used,  ///< longest unused first
  name,  ///< alphabetical
};
Result<CachedOrder> parse_cached_order(std::string_view text);  ///< ErrorCode::usage

struct CachedRequest {
  std::vector<std::string> targets = {};  ///< empty: all targets
  /// Conditions, which must all hold: "size>1G" (also files), "used>30d" (not used for 30 days), "state=partial",
  /// "name=owner/*"; with = != < <= > >=. ErrorCode::usage for any other text.
  std::vector<std::string> filters = {};
  CachedOrder order = CachedOrder::size;
};

struct CachedReport {
  std::vector<CachedRepo> repos;
  std::uint64_t left_out = 0;      ///< number of repos that do not fulfil the filters
  std::uint64_t disk_size = 0;     ///< of all `repos`; what several of them share by hard links counts once
  std::vector<std::string> notes;  ///< folders that cannot be read
};

/// Lists the cached repos.
Result<CachedReport> list_cached(const Environment& environment, const CachedRequest& request = {});

/// The disk usage of the cached repos of a hub or an owner, or of one repo.
struct DiskUsage {
  std::string name;                  ///< Hub::title, the owner, or the repo's name
  std::string target = {};           ///< a repo's target
  std::string type = {};             ///< a repo's CachedRepo::type
  std::filesystem::path place = {};  ///< a repo's cache folder
  std::uint64_t disk_size = 0;       ///< what `parts` share by hard links counts once
  std::uint64_t files = 0;
  std::uint64_t repos = 1;
  std::vector<DiskUsage> parts = {};  ///< owners of a hub, repos of an owner; largest first
};

struct DiskUsageReport {
  DiskUsage total;                 ///< its parts are the hubs
  std::vector<std::string> notes;  ///< folders that cannot be read
};

/// Sums up the cached repos by hub and owner. `targets`: empty: all targets.
Result<DiskUsageReport> disk_usage(const Environment& environment, const std::vector<std::string>& targets = {});

struct CachedTextOptions {
  std::size_t width = 0;  ///< columns of the terminal; 0: no limit
  bool colour = false;    ///< use escape sequences of terminals
};
std::string to_text(const CachedReport& report, const CachedTextOptions& options = {});
std::string to_text(const DiskUsageReport& report, const CachedTextOptions& options = {});
std::string to_json(const CachedReport& report);
std::string to_json(const DiskUsageReport& report);
/// Returns a table in CSV (RFC 4180), with a line of titles and without the notes. Control characters are escaped as in
/// text. A name or folder that begins with = + - @ has an apostrophe before it, because spreadsheets take it for a
/// formula.
std::string to_csv(const CachedReport& report);

}  // namespace hubcache
