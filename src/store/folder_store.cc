#include "store/folder_store.h"

#include <algorithm>
#include <chrono>

#include <fcntl.h>

#include "base/cancel.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/hasher.h"
#include "fs/file.h"
#include "fs/lock.h"
#include "fs/new_file.h"
#include "fs/source.h"
#include "fs/system_error.h"
#include "fs/walk.h"
#include "store/read_at.h"

namespace hubcache::store {
namespace {

using std::filesystem::path;

constexpr std::int64_t nanoseconds = 1'000'000'000;
constexpr std::size_t piece_bytes = 256 * 1024;

std::string folder_of(const std::string& key) {
  const auto slash = key.rfind('/');
  return slash == key.npos ? "" : key.substr(0, slash);
}

/// Makes a file that is not in the store yet, in the folder where the key belongs.
Result<fs::NewFile> new_file_for(const fs::Root& root, const std::string& key) {
  TRY(fs::make_folders_below(root, folder_of(key)));
  return fs::NewFile::create_temporary(fs::Name(root, folder_of(key)));
}

/// Puts a complete file in its place. `replaces`: an existing object is replaced; else returns false for one.
Result<bool> finish(fs::NewFile& file, const fs::Name& name, bool replaces) {
  TRY(file.sync());
  if (replaces) TRY(fs::replace(file.name(), name));
  else if (!TRY(fs::rename_new(file.name(), name))) return false;
  file.keep();
  TRY(fs::sync_folder(name.parent()));
  return true;
}

Error no_store(const path& folder) {
  return {ErrorCode::failed, say("there is no store at {}", in_quotes(folder.native())),
          say("check the path, and that its file system is mounted; hubcache publish makes a store")};
}

/// Whether hubcache may put a store into an existing folder: into an empty one, or one that has a store.
Result<bool> may_be_store(const path& folder) {
  bool is_empty = true, has_store = false;
  TRY(fs::walk(folder, [&](const std::string& name, const fs::Status&) {
    is_empty = is_empty && name == "lost+found";
    has_store = has_store || name == "blobs" || name == "repos" || name == "publishing";
    return fs::Descend::no;
  }));
  return is_empty || has_store;
}

Error not_in_store(const fs::Name& name) {
  return {ErrorCode::failed, say("the store lost {} meanwhile", in_quotes(name.path().native())),
          say("run the command again")};
}

}  // namespace

Result<std::unique_ptr<Store>> FolderStore::open(const path& folder, IfMissing if_missing) {
  const auto status = TRY(fs::status_of_target(folder));
  const bool is_missing = status.kind == fs::Kind::missing;
  if (is_missing && if_missing == IfMissing::read_as_empty) return std::unique_ptr<Store>(new FolderStore(folder));
  if (is_missing && if_missing == IfMissing::make) TRY(fs::make_folders(folder));
  else if (status.kind != fs::Kind::folder) return no_store(folder);
  if (if_missing != IfMissing::fail && !TRY(may_be_store(folder))) {
    return Error{ErrorCode::usage, say("{} has files that do not belong to a store", in_quotes(folder.native())),
                 say("name the store after the folder with the model: hubcache publish REPO_ID DIR STORE")};
  }
  // Below a Root no symlink is followed; the user's own name for the store may be one.
  std::error_code problem;
  const path real = std::filesystem::canonical(folder, problem);
  if (problem) return fs::system_error(problem.value(), say("find {}", in_quotes(folder.native())));
  auto store = std::unique_ptr<FolderStore>(new FolderStore(real));
  store->had_repos_ = TRY(store->has_repos());
  return std::unique_ptr<Store>(std::move(store));
}

Result<bool> FolderStore::has_repos() const {
  const fs::Root root(folder_);
  return TRY(fs::status_of(fs::Name(root, "repos"))).kind == fs::Kind::folder;
}

std::string FolderStore::caution() const {
  if (had_repos_) return "";
  return say("no repo is published in {} yet; if there should be one, check that its file system is mounted",
             in_quotes(folder_.native()));
}

/// A folder whose file system is not mounted any more looks like an empty store.
Result<void> FolderStore::check_is_there() const {
  if (had_repos_ && !TRY(has_repos())) return no_store(folder_);
  return {};
}

Result<std::optional<Object>> FolderStore::find(const std::string& key) {
  const fs::Root root(folder_);
  const auto status = TRY(fs::status_of(fs::Name(root, key)));
  if (status.kind != fs::Kind::file) return std::optional<Object>();
  return Object{key, status.stamp.size, status.stamp.mtime / nanoseconds};
}

Result<std::optional<std::string>> FolderStore::get(const std::string& key, std::uint64_t most) {
  const fs::Root root(folder_);
  const fs::Name name(root, key);
  auto bytes = fs::read_file(name, most);
  if (!bytes && bytes.error().number == ENOENT) {
    TRY(check_is_there());
    return std::optional<std::string>();
  }
  if (bytes && key.starts_with("repos/")) had_repos_ = true;
  return TRY(std::move(bytes));
}

Result<std::string> FolderStore::get_part(const std::string& key, std::uint64_t offset, std::uint64_t size) {
  const fs::Root root(folder_);
  const fs::Name name(root, key);
  std::string bytes = TRY(read_at(TRY(fs::open_source(name)), name.path(), offset, size));
  if (bytes.size() < size) return not_in_store(name);
  return bytes;
}

namespace {

/// Excludes other programs that replace objects. The objects are small, so nobody holds the lock for long.
Result<fs::Lock> lock(const path& folder) {
  using namespace std::chrono_literals;
  return fs::Lock::acquire(folder / ".lock", 30s);
}

Result<void> replace(const fs::Root& root, const std::string& key, std::string_view bytes) {
  fs::NewFile file = TRY(new_file_for(root, key));
  TRY(file.write(bytes));
  TRY(finish(file, fs::Name(root, key), true));
  return {};
}

}  // namespace

Result<void> FolderStore::put(const std::string& key, std::string_view bytes) {
  const fs::Root root(folder_);
  const fs::Lock held = TRY(lock(folder_));
  return replace(root, key, bytes);
}

Result<bool> FolderStore::put_new(const std::string& key, std::string_view bytes) {
  const fs::Root root(folder_);
  fs::NewFile file = TRY(new_file_for(root, key));
  TRY(file.write(bytes));
  return finish(file, fs::Name(root, key), false);
}

Result<bool> FolderStore::put_instead(const std::string& key, std::string_view expected, std::string_view bytes) {
  const fs::Root root(folder_);
  const fs::Lock held = TRY(lock(folder_));
  const auto present = fs::has_bytes(fs::Name(root, key), expected);
  if (!present && present.error().number != ENOENT) return present.error();
  if (!present || !*present) return false;
  TRY(replace(root, key, bytes));
  return true;
}

Result<void> FolderStore::put_file(const std::string& key, const FileToPut& file, hash::Counter& counter) {
  const fs::Source source = TRY(fs::open_source(file.path));
  const fs::Root root(folder_);
  fs::NewFile copy = TRY(new_file_for(root, key));
  digest::Hasher hasher(digest::Algorithm::sha256);
  hasher.start();
  std::string piece(piece_bytes, '\0');
  for (;;) {
    const ssize_t count = fs::uninterrupted([&] { return read(source.file.get(), piece.data(), piece.size()); });
    if (count < 0) return fs::system_error(errno, say("read {}", in_quotes(file.path.native())));
    if (count == 0) break;
    if (is_stopped_) return cancelled();
    const std::string_view bytes(piece.data(), static_cast<std::size_t>(count));
    hasher.add(bytes);
    TRY(copy.write(bytes));
    counter += bytes.size();
  }
  if (hasher.finish<Sha256>() != file.sha256) return changed_meanwhile(file);
  TRY(finish(copy, fs::Name(root, key), true));  // an existing object has the same content, or is damaged
  return {};
}

namespace {

Error not_an_object(const path& name) {
  return {ErrorCode::failed, say("{} is neither a file nor a folder of the store", in_quotes(name.native())),
          say("replace it by what it leads to, or remove it")};
}

/// A symlink in place of one of the folders would look like an empty folder.
Result<void> check_no_symlink(const fs::Root& root, const std::string& folder) {
  for (auto slash = folder.find('/');; slash = folder.find('/', slash + 1)) {
    const fs::Name name(root, std::string_view(folder).substr(0, slash));
    const auto kind = TRY(fs::status_of(name)).kind;
    if (kind == fs::Kind::missing) return {};
    if (kind != fs::Kind::folder) return not_an_object(name.path());
    if (slash == folder.npos) return {};
  }
}

}  // namespace

Result<std::vector<Object>> FolderStore::list(const std::string& prefix) {
  const fs::Root root(folder_);
  const std::string folder = folder_of(prefix);
  if (TRY(fs::status_of(fs::Name(root, ""))).kind != fs::Kind::folder) return no_store(folder_);
  TRY(check_is_there());
  if (!folder.empty()) TRY(check_no_symlink(root, folder));
  std::vector<Object> objects;
  std::string odd;  // may hide objects
  TRY(fs::walk_below(fs::Name(root, folder), [&](const std::string& relative, const fs::Status& status) {
    std::string key = folder.empty() ? relative : folder + "/" + relative;
    const bool is_temporary = fs::is_temporary_name(path(relative).filename().native());
    if (status.kind != fs::Kind::file && status.kind != fs::Kind::folder) odd = key;
    if (status.kind == fs::Kind::file && !is_temporary && key.starts_with(prefix))
      objects.push_back({std::move(key), status.stamp.size, status.stamp.mtime / nanoseconds});
    return fs::Descend::yes;
  }));
  if (!odd.empty()) return not_an_object(folder_ / odd);
  std::ranges::sort(objects, {}, &Object::key);
  return objects;
}

Result<void> FolderStore::remove(const std::string& key) {
  const fs::Root root(folder_);
  return fs::remove_file(fs::Name(root, key));
}

Result<std::uint64_t> FolderStore::remove_unfinished(std::int64_t time, bool only_count) {
  const fs::Root root(folder_);
  std::vector<std::string> names;
  for (const std::string folder : {"blobs", "repos"}) {
    TRY(fs::walk_below(fs::Name(root, folder), [&](const std::string& relative, const fs::Status& status) {
      const bool is_temporary = fs::is_temporary_name(path(relative).filename().native());
      if (status.kind == fs::Kind::file && is_temporary && status.stamp.mtime / nanoseconds < time)
        names.push_back(folder + "/" + relative);
      return fs::Descend::yes;
    }));
  }
  for (const std::string& name : names) {
    if (!only_count) TRY(fs::remove_file(fs::Name(root, name)));
  }
  return names.size();
}

Result<std::optional<fs::Source>> FolderStore::open_local(const std::string& key) {
  const fs::Root root(folder_);
  return TRY(fs::open_source(fs::Name(root, key)));
}

/// The file system may be another machine's, with a clock of its own, which sets the times of the objects.
Result<std::int64_t> FolderStore::now() {
  const fs::Root root(folder_);
  fs::NewFile file = TRY(fs::NewFile::create_temporary(fs::Name(root, "")));
  TRY(file.write("."));
  return TRY(fs::status_of(file.name())).stamp.mtime / nanoseconds;
}

}  // namespace hubcache::store
