#include "adoption/link_facts.h"

#include <algorithm>

#include "base/language.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/hard_link_rights.h"
#include "fs/nearest.h"

namespace hubcache::adoption {
namespace {

using std::filesystem::path;

/// Returns an existing folder on the place's file system, for trial links. Links are made in the record folder, which
/// is on that file system.
Result<path> folder_for_links(const hub::View& view) {
  return TRY(fs::nearest_existing(view.root_is_link ? view.place.root.parent_path() : view.place.record)).folder;
}

}  // namespace

std::string_view LinkFacts::obstacle(LinkKind kind, const LocalFile& file) const {
  const auto found = volumes.find(file.device);
  const Volume volume = found == volumes.end() ? Volume() : found->second;
  if (kind == LinkKind::symlink && !symlinks)
    return translated("the client's cache is on a file system without symlinks");
  if (kind == LinkKind::reflink && !volume.reflinks)
    return translated("the file system cannot reflink this file into the client's cache");
  if (kind == LinkKind::hardlink && !volume.is_of_place)
    return translated("the file is on another file system than the client's cache");
  if (kind == LinkKind::hardlink && protected_files.contains(file.path.str()))
    return translated(
        "the file belongs to another user, and only its owner may create hard links to it (fs.protected_hardlinks)");
  return "";
}

Result<LinkFacts> link_facts(const AdoptRequest& request, const hub::Target& target, const hub::View& view,
                             const LocalTree& local) {
  LinkFacts facts;
  facts.moves_by_rename = view.moves_by_rename;
  const auto order = target.rules.link_order(facts.moves_by_rename);
  const LinkKind wanted = request.link.value_or(order.front());
  // No trial link is needed: neither a copy nor a symlink that is the target's first kind is known to fail.
  if (wanted == LinkKind::copy || (wanted == LinkKind::symlink && order.front() == wanted)) return facts;
  const bool may_hard_link =
      wanted == LinkKind::hardlink || std::ranges::find(order, LinkKind::hardlink) != order.end();
  const path folder = TRY(folder_for_links(view));
  const std::uint64_t device_of_place = TRY(fs::status_of_target(folder)).device;
  const std::uint64_t device_of_folder = TRY(fs::status_of_target(request.folder)).device;
  const bool is_one_mount = TRY(fs::same_file_system(request.folder, folder));
  const fs::HardLinkRights rights;
  for (const LocalFile& file : local.files) {
    const path name = request.folder / file.path.str();
    const auto [volume, is_new] = facts.volumes.try_emplace(file.device);
    if (is_new) {
      volume->second.is_of_place = file.device == device_of_folder ? is_one_mount : file.device == device_of_place;
      volume->second.reflinks = fs::can_reflink(name, folder);
    }
    if (may_hard_link && volume->second.is_of_place && !rights.may_link(name, file.owner))
      facts.protected_files.insert(file.path.str());
  }
  const bool fails =
      std::ranges::any_of(local.files, [&](const LocalFile& file) { return !facts.obstacle(wanted, file).empty(); });
  if (request.link && fails && order.front() == LinkKind::symlink) facts.symlinks = fs::can_symlink(folder);
  return facts;
}

}  // namespace hubcache::adoption
