#include "hub/served_listing.h"

#include <algorithm>

#include "digest/digest.h"
#include "hub/repo_file.h"

namespace hubcache::hub {
namespace {

/// Whether a client can request the file and get it. For other names of the hub, the client's snapshot would raise an
/// exception.
bool is_servable(const RemoteFile& file) {
  return file.is_file && file.is_listed && file.snapshot_raises != Reason::not_in_contents;
}

/// Whether a parent folder of `path` is a file on the hub. The local file is then not listed, since a client that
/// requests the hub's file must not get a list of the folder.
bool lies_under_file(const RemoteTree& remote, const std::string& path) {
  for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    const auto folder = RelPath::parse(path.substr(0, slash));
    const RemoteFile* file = folder ? remote.find(*folder) : nullptr;
    if (file && file->is_file) return true;
  }
  return false;
}

bool lies_under_file(const CatalogRepo& repo, const std::string& path) {
  for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    const CatalogFile* file = repo.find(path.substr(0, slash));
    if (file && file->is_adopted) return true;
  }
  return false;
}

std::vector<Listed> files_of(const CatalogRepo& repo, std::size_t revision, const RemoteTree* remote) {
  std::vector<Listed> files;
  for (const CatalogFile& file : repo.files) {
    const bool is_taken = !remote || (file.is_adopted && !lies_under_file(*remote, file.path.str()));
    if (is_taken) files.push_back({file.path.str(), file.sha(revision), file.size, false, &file});
  }
  const std::size_t local = files.size();
  if (!remote) return files;
  for (const RemoteFile& file : remote->files) {
    const CatalogFile* known = repo.find(file.path.str());
    const bool is_adopted = (known && known->is_adopted) || lies_under_file(repo, file.path.str());
    if (!is_adopted && is_servable(file))
      files.push_back({file.path.str(), file.sha, file.lfs_size.value_or(file.size), false, nullptr, file.last_change});
  }
  std::ranges::inplace_merge(files, files.begin() + static_cast<std::ptrdiff_t>(local), {}, &Listed::path);
  return files;
}

}  // namespace

std::uint64_t size_now(const CatalogRepo& repo, const Listed& listed) {
  const auto seen = listed.local ? look_at(repo, *listed.local) : std::nullopt;
  return seen ? seen->state.stamp.size : listed.size;
}

ObjectId stand_in_id(std::string_view what, const CatalogRepo& repo, std::string_view name) {
  std::string text = "hubcache " + std::string(what);
  for (const std::string& part : {std::string(name_of(repo.type)), repo.id.str(), std::string(name)})
    text += '\0' + part;
  return digest::sha1(text).id();
}

std::vector<Listed> make_listing(const CatalogRepo& repo, std::size_t revision, const RemoteTree* remote) {
  std::vector<Listed> all;
  std::string folder;  // the previous file's folder
  for (Listed& file : files_of(repo, revision, remote)) {
    const auto end = file.path.rfind('/');
    const std::string parent = file.path.substr(0, end == file.path.npos ? 0 : end);
    for (std::size_t slash = file.path.find('/'); slash != file.path.npos; slash = file.path.find('/', slash + 1)) {
      const std::string above = file.path.substr(0, slash);
      const bool is_known = folder == above || folder.starts_with(above + "/");
      if (!is_known) all.push_back({above, stand_in_id("folder", repo, above), 0, true});
    }
    folder = parent;
    all.push_back(std::move(file));
  }
  return all;
}

}  // namespace hubcache::hub
