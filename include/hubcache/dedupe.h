// Finds equal files in the caches of all clients and in folders, and lets them share their blocks on disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/digest.h>
#include <hubcache/environment.h>
#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

/// How equal files come to occupy the disk only once.
enum class Sharing {
  blocks,     ///< each file stays, and uses the same blocks (FIDEDUPERANGE): a later change of one leaves the other
  hard_link,  ///< one file with several names
};
std::string_view name_of(Sharing sharing);

enum class DuplicateState {
  planned,  ///< what a dry run would share, or what remained when the operation was cancelled
  shared,
  left,  ///< `why` says why it was not shared
};
std::string_view name_of(DuplicateState state);

/// A file that equals the kept one. Only files of this user are looked at.
struct Duplicate {
  std::filesystem::path name;
  std::vector<std::filesystem::path> other_names = {};  ///< its other hard links
  std::uint64_t gain = 0;                               ///< bytes that it occupies beside the kept file
  DuplicateState state = DuplicateState::planned;
  std::string why = {};  ///< for DuplicateState::left: a sentence for people
};

/// Files with the same content, on the same file system.
struct DuplicateGroup {
  std::filesystem::path kept;  ///< the other files get its blocks, or become names of it
  std::uint64_t size = 0;      ///< bytes of content of each file
  Sharing sharing = Sharing::blocks;
  std::uint64_t gain = 0;        ///< bytes to gain: the sum for the planned and shared duplicates
  std::vector<Duplicate> files;  ///< the other files that still occupy disk space of their own
};

struct DedupeRequest {
  std::vector<std::filesystem::path> folders = {};  ///< besides the caches; relative to Environment::working_folder
  std::vector<std::string> targets = {};            ///< whose caches; empty: all targets
  /// Replaces duplicates by hard links where the file system cannot share blocks. Replaces only files that a client has
  /// downloaded and that no client writes in place. Files in `folders` and adopted files never become hard links.
  bool hard_links = false;
  bool dry_run = false;
  /// Called once with the plan, if there is something to gain and this is no dry run; false ends the operation with
  /// ErrorCode::conflict. Empty: goes on; then no digests are computed of files that can share blocks, because the
  /// kernel compares all of their bytes.
  std::function<bool(const struct DedupeReport& plan)> ask = {};
  std::function<void(const Progress&)> progress = {};  ///< as in HashRequest; restarts when the sharing begins
};

struct DedupeReport {
  std::vector<DuplicateGroup> groups = {};  ///< largest gain first
  std::uint64_t files = 0, bytes = 0;       ///< files that were looked at, each once, and their content
  std::uint64_t to_gain = 0;                ///< bytes: the sum of the groups' gains before the sharing
  std::uint64_t gained = 0;                 ///< bytes
  std::uint64_t duplicates = 0;             ///< planned and shared duplicates
  std::uint64_t shared_already = 0;         ///< bytes that equal files shared before, by blocks
  std::uint64_t by_hard_links = 0;          ///< bytes that only `hard_links` would gain
  std::uint64_t not_sharable = 0;           ///< bytes of duplicates that can share nothing
  bool dry_run = false, hard_links = false;
  std::vector<std::string> notes = {};  ///< sentences for people: what was left out, and why
};

/// Shares what equal files occupy. Follows no symlink. Leaves files of other users, files of less than 4 KiB,
/// unfinished downloads, and files that are being written. A file that has changed since it was read stays as it is,
/// because the bytes are compared again when they are shared. An interrupted call leaves whole files, and the next one
/// goes on. ErrorCode::conflict if another call of this user is sharing files; ErrorCode::failed if a folder cannot be
/// read.
Result<DedupeReport> dedupe(const Environment& environment, const DedupeRequest& request = {});

struct DedupeTextOptions {
  std::size_t width = 0;  ///< columns of the terminal; 0: no limit
  bool colour = false;    ///< use escape sequences of terminals
};
std::string to_text(const DedupeReport& report, const DedupeTextOptions& options = {});
std::string to_json(const DedupeReport& report);

}  // namespace hubcache
