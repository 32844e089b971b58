#include "adoption/graft.h"

#include <algorithm>
#include <vector>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/walk.h"

namespace hubcache::adoption {
namespace {

/// The arguments of graft() that are the same for every name.
struct Graft {
  const fs::Name& parked;
  const SetAside& set_aside;
  const Stays& stays;
};

/// Replaces `name` by `item` on a file system without RENAME_EXCHANGE. The name is missing for a moment, but each file
/// always has a name.
Result<void> move_in_by_two_renames(const fs::Name& item, const fs::Name& name, const std::string& relative,
                                    const fs::Status& before, const Graft& graft) {
  const fs::Name parked = graft.parked / relative;
  TRY(fs::make_folders_below(*parked.root(), parked.parent().relative()));
  if (!TRY(fs::rename_away(name, parked))) {
    return Error{ErrorCode::failed,
                 say("cannot move {} aside: {} already exists", in_quotes(name.path().native()),
                     in_quotes(parked.path().native())),
                 say("move the existing file away, then run the command again")};
  }
  if (!TRY(fs::rename_new(item, name))) {
    return Error{ErrorCode::conflict, say("{} was just created by another program", in_quotes(name.path().native())),
                 say("wait until that program has ended, then run the command again")};
  }
  TRY(graft.set_aside(parked, relative, before));
  return fs::remove_empty_folders(graft.parked);
}

Result<void> move_in(const fs::Name& item, const fs::Name& name, const std::string& relative, const Graft& graft) {
  if (TRY(fs::rename_new(item, name))) return {};
  const fs::Status before = TRY(fs::status_of(name));
  if (TRY(fs::exchange(item, name))) return graft.set_aside(item, relative, before);
  return move_in_by_two_renames(item, name, relative, before, graft);
}

Result<std::vector<std::pair<std::string, fs::Kind>>> entries_of(const fs::Name& folder) {
  std::vector<std::pair<std::string, fs::Kind>> entries;
  TRY(fs::walk_below(folder, [&](const std::string& name, const fs::Status& status) {
    entries.emplace_back(name, status.kind);
    return fs::Descend::no;
  }));
  std::ranges::sort(entries);
  return entries;
}

Result<void> graft_beneath(const fs::Name& from, const fs::Name& to, const std::string& relative, const Graft& graft) {
  const bool both_are_folders =
      TRY(fs::status_of(from)).kind == fs::Kind::folder && TRY(fs::status_of(to)).kind == fs::Kind::folder;
  if (!both_are_folders) return move_in(from, to, relative, graft);
  for (const auto& [name, kind] : TRY(entries_of(from))) {
    const std::string inner = relative.empty() ? name : relative + "/" + name;
    if (graft.stays && graft.stays(inner)) continue;
    if (kind == fs::Kind::folder) TRY(graft_beneath(from / name, to / name, inner, graft));
    else TRY(move_in(from / name, to / name, inner, graft));
  }
  return {};
}

}  // namespace

Result<void> graft(const fs::Name& from, const fs::Name& to, const fs::Name& parked, const SetAside& set_aside,
                   const Stays& stays) {
  constexpr int attempts = 100;
  for (int attempt = 1;; ++attempt) {
    if (TRY(fs::status_of(from)).kind == fs::Kind::missing) return {};
    TRY(fs::make_folders(to.path().parent_path()));
    auto grafted = graft_beneath(from, to, "", {parked, set_aside, stays});
    // Another hubcache process may have removed the folder above the place while the folder was empty: tries again.
    if (grafted || attempt == attempts || !to.root()->is_removed()) return grafted;
    to.root()->reopen();
  }
}

}  // namespace hubcache::adoption
