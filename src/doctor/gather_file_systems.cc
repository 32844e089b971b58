#include <algorithm>
#include <map>
#include <utility>

#include "doctor/gather.h"
#include "fs/file.h"
#include "fs/file_system.h"
#include "fs/nearest.h"

namespace hubcache::doctor_parts {
namespace {

using std::filesystem::path;

/// A file system in this mount namespace: device and mount id.
using VolumeId = std::pair<std::uint64_t, std::uint64_t>;

VolumeId volume_of(const fs::Status& status) { return {status.device, status.mount}; }

/// Returns the folder above the places of all repos: "/home/me/.cache/hub" for ".../hub/<owner>/<name>"; "" for a
/// target whose users name the folder.
path folder_of_places(const std::string& place) {
  const path folder = path(place.substr(0, place.find('<'))).parent_path();
  return folder.is_absolute() && place.find('<') != place.npos ? folder : path();
}

ExaminedFileSystem examine(const path& folder) {
  ExaminedFileSystem examined{.folder = folder};
  if (const auto found = fs::file_system_of(folder)) {
    examined.type = found->type;
    examined.is_network = found->is_network;
    examined.free_bytes = found->free_bytes;
  }
  examined.is_writable = fs::can_make_files(folder);
  if (!examined.is_writable) return examined;
  examined.hard_links = fs::can_hard_link(folder);
  examined.reflinks = fs::can_share_blocks(folder);
  return examined;
}

}  // namespace

std::vector<ExaminedFileSystem> examine_file_systems(const std::vector<ExaminedTarget>& targets,
                                                     const StatusReport& status, const RefreshReport& refresh) {
  std::vector<ExaminedFileSystem> all;
  std::map<VolumeId, std::size_t> numbers;
  const auto examined_at = [&](const path& folder) -> ExaminedFileSystem* {
    const auto existing = fs::nearest_existing(folder);
    if (!existing || existing->status.kind == fs::Kind::missing) return nullptr;
    const auto [number, is_new] = numbers.try_emplace(volume_of(existing->status), all.size());
    if (is_new) all.push_back(examine(existing->folder));
    return &all[number->second];
  };
  for (const ExaminedTarget& target : targets) {
    const path folder = folder_of_places(target.place);
    ExaminedFileSystem* examined = folder.empty() ? nullptr : examined_at(folder);
    if (examined) examined->targets.push_back(target.name);
  }
  for (const RepoStatus& repo : status.repos) {
    ExaminedFileSystem* examined = repo.place.empty() ? nullptr : examined_at(repo.place);
    if (examined) examined->needed_bytes += repo.download_bytes;
  }
  for (const RefreshedRepo& repo : refresh.repos) {
    if (ExaminedFileSystem* examined = examined_at(repo.place)) examined->needed_bytes += repo.copied_bytes;
  }
  return all;
}

}  // namespace hubcache::doctor_parts
