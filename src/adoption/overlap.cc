#include "adoption/overlap.h"

#include <string_view>
#include <unordered_map>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/nesting.h"

namespace hubcache::adoption {
namespace {

using fs::Nesting;
using std::filesystem::path;

Result<void> check_apart(const path& folder, const path& other, std::string_view what, const std::string& hint) {
  const Nesting nesting = TRY(fs::nesting(folder, other));
  if (nesting == Nesting::apart) return {};
  if (nesting == Nesting::around)
    return Error{ErrorCode::usage,
                 say("{} contains {} {}", in_quotes(folder.native()), what, in_quotes(other.native())),
                 say("pass the folder that holds only the model's files")};
  return Error{ErrorCode::usage,
               say("{} and {} {} are the same folder, or one is inside the other", in_quotes(folder.native()), what,
                   in_quotes(other.native())),
               hint};
}

/// True if both paths lead to the same directory entry. A file with a link count of 1 has only one entry. With more
/// links, compares folders and file names; a mount point is the same entry too.
Result<bool> is_one_name(const path& mine, const path& placed) {
  const fs::Status first = TRY(fs::status_of_target(mine)), second = TRY(fs::status_of(placed));
  if (second.kind != fs::Kind::file || first.stamp.inode != second.stamp.inode) return false;
  // A file system that is mounted twice may have two device numbers (NFS): then everything else is equal.
  if (first.device != second.device) return first.stamp == second.stamp;
  if (second.links == 1) return true;
  std::error_code problem;
  const path real = std::filesystem::canonical(mine, problem);
  if (problem) return false;
  const fs::Status first_folder = TRY(fs::status_of_target(real.parent_path()));
  const fs::Status second_folder = TRY(fs::status_of_target(placed.parent_path()));
  if (second.mount != second_folder.mount) return true;
  return real.filename() == placed.filename() && fs::is_same_file(first_folder, second_folder);
}

}  // namespace

Result<bool> is_in_place(const path& folder, const hub::View& view) {
  const hub::Place& place = view.place;
  const std::string outside = say("move the model to a folder outside the client's cache");
  const std::string elsewhere = say("move the model to a folder outside the client's cache");
  if (TRY(fs::nesting(folder, place.root)) == Nesting::same) return !view.root_is_link;
  if (!view.root_is_link) TRY(check_apart(folder, place.root, say("the client's cache folder"), outside));
  TRY(check_apart(folder, place.temporary, say("the client's temporary folder"), elsewhere));
  TRY(check_apart(folder, place.record, say("hubcache's own folder"), elsewhere));
  return false;
}

std::vector<path> folders_in_place(const hub::View& view) {
  std::vector<path> folders;
  for (const hub::PlacedFile& file : view.files) {
    if (file.kind == fs::Kind::folder && !file.behind_link) folders.push_back(view.place.root / file.path);
  }
  return folders;
}

Result<void> check_no_own_file_is_moved(const Plan& plan, const hub::View& view) {
  if (plan.next.in_place) return {};
  std::unordered_multimap<std::uint64_t, const hub::PlacedFile*> moved;  // by inode
  for (const auto index : plan.to_place) {
    const hub::PlacedFile* file = view.file(plan.next.entries[index].location().str());
    if (file && file->kind == fs::Kind::file && !file->behind_link) moved.emplace(file->stamp.inode, file);
  }
  if (moved.empty()) return {};
  for (const record::Entry& entry : plan.next.entries) {
    const auto [begin, end] = moved.equal_range(entry.staged ? entry.staged->source.inode : entry.source.inode);
    for (auto at = begin; at != end; ++at) {
      const path mine = plan.next.folder / entry.path.str(), placed = view.place.root / at->second->path;
      if (!TRY(is_one_name(mine, placed))) continue;
      return Error{ErrorCode::conflict,
                   say("{} and {} are two names of one file", in_quotes(mine.native()), in_quotes(placed.native())),
                   say("copy the model to another folder and adopt that folder, or remove the mount or symlink that "
                       "joins the two names")};
    }
  }
  return {};
}

Result<void> check_is_not_folder(const record::Record& record, const path& place) {
  const bool is_folder = TRY(fs::status_of(place)).kind == fs::Kind::folder;
  if (record.in_place || !is_folder || TRY(fs::nesting(record.folder, place)) == fs::Nesting::apart) return {};
  return Error{ErrorCode::conflict,
               say("the cache folder {} now leads to the adopted folder {}: hubcache changed nothing",
                   in_quotes(place.native()), in_quotes(record.folder.native())),
               say("put the cache folder back (remove the symlink or the mount above it), then run the command again")};
}

}  // namespace hubcache::adoption
