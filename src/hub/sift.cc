#include "hub/sift.h"

#include <algorithm>
#include <ranges>
#include <string_view>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "hub/limits.h"

namespace hubcache::hub {
namespace {

constexpr std::size_t longest_shown_name = 300;

bool has_part(std::string_view path, std::string_view part) {
  for (std::size_t start = 0; start <= path.size();) {
    const auto end = std::min(path.find('/', start), path.size());
    if (path.substr(start, end - start) == part) return true;
    start = end + 1;
  }
  return false;
}

/// Returns why RelPath refuses the name.
std::string why_no_path(std::string_view path) {
  if (path.starts_with('/')) return say("its path is absolute");
  if (path.find('\0') != path.npos) return say("its path contains a NUL byte");
  if (has_part(path, "..")) return say("its path leads out of the model's folder");
  if (has_part(path, "") || has_part(path, ".")) return say("its path has an empty part or a '.'");
  return say("its path is too long or not UTF-8");
}

/// Whether the name is not UTF-8 in the repo. Go's encoding/json replaces invalid bytes with U+FFFD, so no client can
/// request the file.
bool is_no_utf8(std::string_view path) { return path.find("\xEF\xBF\xBD") != path.npos; }

/// Returns why the entry is left out; "" for a file that the client can request and write.
std::string why_left_out(const Entry& entry, const SiftRules& rules) {
  const std::string_view path = entry.path;
  if (entry.kind == Entry::Kind::submodule) return say("a submodule, which contains no file of this repo");
  if (entry.kind == Entry::Kind::unknown) return say("neither a file nor a folder");
  if (!RelPath::parse(path)) return why_no_path(path);
  if (const auto why = rules.why_left_out(path); !why.empty()) return std::string(why);
  if (is_no_utf8(path)) return say("its name in the repo is not UTF-8, so no client can request it");
  return "";
}

/// Adds the entry to Sifted::asked_for. For a submodule, which has no content, the client writes an empty file.
void note_asked_for(Sifted& sifted, const Entry& entry) {
  auto path = RelPath::parse(entry.path);
  if (!path || !entry.sha || entry.kind == Entry::Kind::unknown) return;
  const std::uint64_t size = entry.kind == Entry::Kind::submodule ? 0 : entry.size;
  ListedFile file{*std::move(path), entry.sha, size, entry.lfs_size, {}, {}, false};
  file.is_askable = !is_no_utf8(entry.path);
  sifted.asked_for.push_back(std::move(file));
}

void leave_out(Sifted& sifted, std::string_view path, std::string why) {
  std::string shown = printable(path.substr(0, longest_shown_name));
  if (path.size() > longest_shown_name) shown += "…";
  sifted.left_out.push_back({std::move(shown), std::move(why)});
}

/// Returns positions sorted by path; files with the same path keep the hub's order.
std::vector<std::size_t> sorted_order(const std::vector<ListedFile>& files) {
  std::vector<std::size_t> order(files.size());
  std::ranges::copy(std::views::iota(std::size_t{0}, files.size()), order.begin());
  std::ranges::sort(order, [&](std::size_t one, std::size_t other) {
    const auto by_path = files[one].path <=> files[other].path;
    return by_path == 0 ? one < other : by_path < 0;
  });
  return order;
}

void sort_without_duplicates(Sifted& sifted) {
  std::vector<ListedFile> kept;
  kept.reserve(sifted.files.size());
  for (const std::size_t index : sorted_order(sifted.files)) {
    ListedFile& file = sifted.files[index];
    if (kept.empty() || kept.back().path != file.path) kept.push_back(std::move(file));
    else leave_out(sifted, file.path.str(), say("the hub lists it twice; hubcache uses the first entry"));
  }
  sifted.files = std::move(kept);
}

bool has_files_beneath(const std::vector<ListedFile>& files, const RelPath& path) {
  const std::string beneath = path.str() + "/";
  const auto text_of = [](const ListedFile& file) -> const std::string& { return file.path.str(); };
  const auto next = std::ranges::lower_bound(files, beneath, {}, text_of);
  return next != files.end() && next->path.str().starts_with(beneath);
}

/// Leaves out each file that has the name of a folder: a file system cannot hold both.
void drop_files_that_are_folders(Sifted& sifted) {
  std::vector<bool> is_folder;
  is_folder.reserve(sifted.files.size());
  for (const ListedFile& file : sifted.files) is_folder.push_back(has_files_beneath(sifted.files, file.path));
  std::size_t kept = 0;
  for (std::size_t i = 0; i < sifted.files.size(); ++i) {
    if (is_folder[i]) leave_out(sifted, sifted.files[i].path.str(), say("it is also a folder of other files"));
    else if (kept++ != i) sifted.files[kept - 1] = std::move(sifted.files[i]);
  }
  sifted.files.erase(sifted.files.begin() + static_cast<std::ptrdiff_t>(kept), sifted.files.end());
}

Error holds_metadata(const RepoId& id, std::string_view path, const SiftRules& rules) {
  return {ErrorCode::conflict,
          say("{} contains {}: {}", id.str(), in_quotes(path.substr(0, longest_shown_name)),
              translated(rules.holds_metadata)),
          say("remove the file from the repo, or adopt a repo without it")};
}

}  // namespace

Result<Sifted> sift(std::vector<Entry> entries, const SiftRules& rules, const RepoId& id) {
  Sifted sifted;
  for (const Entry& entry : entries) {
    if (rules.is_clients_metadata(entry.path)) return holds_metadata(id, entry.path, rules);
    if (rules.is_dropped(entry)) continue;
    if (auto why = why_left_out(entry, rules); !why.empty()) {
      if (rules.asks_for_left_out) note_asked_for(sifted, entry);
      leave_out(sifted, entry.path, std::move(why));
      continue;
    }
    const bool is_symlink = entry.kind == Entry::Kind::symlink;
    sifted.files.push_back(
        {TRY(RelPath::parse(entry.path)), entry.sha, entry.size, entry.lfs_size, entry.lfs_sha256, {}, is_symlink});
    if (sifted.files.size() > max_files) {
      return Error{ErrorCode::hub, say("{} has more than {}", id.str(), counted(max_files, "file")),
                   std::string(translated(too_large_hint))};
    }
  }
  std::ranges::sort(sifted.asked_for, {}, &ListedFile::path);
  entries = {};  // frees about 20 MB for a large repo
  sort_without_duplicates(sifted);
  drop_files_that_are_folders(sifted);
  return sifted;
}

}  // namespace hubcache::hub
