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
    const FilePtr file = repo.find(path.substr(0, slash));
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
    const FilePtr known = repo.find(file.path.str());
    const bool is_adopted = (known && known->is_adopted) || lies_under_file(repo, file.path.str());
    if (!is_adopted && is_servable(file))
      files.push_back({file.path.str(), file.sha, file.lfs_size.value_or(file.size), false, nullptr, file.last_change});
  }
  std::ranges::inplace_merge(files, files.begin() + static_cast<std::ptrdiff_t>(local), {}, &Listed::path);
  return files;
}

bool lies_in(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// Calls `take` for each folder of `path` that was not one of `previous`, the path before it.
template <class Take>
void each_new_folder(std::string_view previous, std::string_view path, const Take& take) {
  const std::string_view last = previous.substr(0, std::max(previous.rfind('/') + 1, std::size_t{1}) - 1);
  for (std::size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    const std::string_view above = path.substr(0, slash);
    if (!lies_in(last, above)) take(above);
  }
}

Listed folder_entry(const CatalogRepo& repo, std::string_view path) {
  return {std::string(path), stand_in_id("folder", repo, path), 0, true};
}

Listed published_entry(const PublishedCommit& published, const PackedFile& file) {
  Listed listed{std::string(file.path), published.id_of(file), file.size};
  listed.sha256 = file.sha256;
  return listed;
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
  std::string previous;
  for (Listed& file : files_of(repo, revision, remote)) {
    each_new_folder(previous, file.path, [&](std::string_view folder) { all.push_back(folder_entry(repo, folder)); });
    previous = file.path;
    all.push_back(std::move(file));
  }
  return all;
}

Entries Entries::of(const CatalogRepo& repo, std::size_t revision) {
  if (repo.published) return Entries(repo);
  const auto made = std::make_shared<const std::vector<Listed>>(make_listing(repo, revision, nullptr));
  Entries entries(*made);
  entries.made_ = made;
  return entries;
}

void Entries::each(const Wanted& wanted, const std::function<void(const Listed&)>& take) const {
  if (listing_) {
    for (const Listed& listed : *listing_) {
      if (wanted(listed.path, listed.is_folder)) take(listed);
    }
    return;
  }
  const PackedFiles& files = *repo_->published->files;
  std::string_view previous;
  for (std::size_t number = 0; number < files.count(); ++number) {
    const std::string_view path = files.path(number);
    each_new_folder(previous, path, [&](std::string_view folder) {
      if (wanted(folder, true)) take(folder_entry(*repo_, folder));
    });
    previous = path;
    if (wanted(path, false)) take(published_entry(*repo_->published, files.at(number)));
  }
  files.leave_memory();
}

bool Entries::has_folder(std::string_view path) const {
  if (repo_) return repo_->has_folder(path);
  return path.empty() ||
         std::ranges::any_of(*listing_, [&](const Listed& one) { return one.is_folder && one.path == path; });
}

bool Entries::has_file(std::string_view path) const {
  if (repo_) return repo_->published->files->find(path).has_value();
  return std::ranges::any_of(*listing_, [&](const Listed& one) { return !one.is_folder && one.path == path; });
}

std::size_t Entries::text_size(std::size_t more) const {
  if (repo_) return repo_->published->files->path_bytes() + repo_->published->files->count() * more;
  std::size_t size = 0;
  for (const Listed& listed : *listing_) size += listed.path.size() + more;
  return size;
}

std::optional<Listed> listed_at(const CatalogRepo& repo, std::size_t revision, const std::string& path) {
  if (repo.published) {
    if (const auto file = repo.published->files->find(path)) return published_entry(*repo.published, *file);
  } else if (const FilePtr file = repo.find(path)) {
    return Listed{path, file->sha(revision), file->size, false, file.get()};  // the catalog owns the file
  }
  if (path.empty() || !repo.has_folder(path)) return std::nullopt;
  return folder_entry(repo, path);
}

}  // namespace hubcache::hub
