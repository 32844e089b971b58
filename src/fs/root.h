// Accesses files below a folder by descriptor: nothing is reached through a symlink, whatever other programs do
// meanwhile.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "fs/descriptor.h"

namespace hubcache::fs {

/// A folder that is named by its path. Its parent is opened when it is first needed and stays open. The folder itself
/// and all names below it are looked up from that descriptor, by openat2 with RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS,
/// or part by part with O_NOFOLLOW where there is no openat2 (before Linux 5.6, or under a system call filter).
/// Symlinks above the folder are followed, once. Symlinks at the folder or below it are never followed.
/// A Root must not be used by several threads at once.
class Root {
 public:
  explicit Root(std::filesystem::path folder);
  Root(const Root&) = delete;  // names refer to the Root
  Root& operator=(const Root&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path path_of(std::string_view relative) const;

  /// An open folder and a name in it; the descriptor stays valid only for the next call on this Root. `folder` is -1
  /// with errno set if the folder cannot be opened: ENOENT if it is missing, ENOTDIR or ELOOP if it, or a folder above
  /// it, is not a folder or is a symlink.
  struct Entry {
    int folder = -1;
    std::string name;
  };
  /// Returns the folder that contains `relative` ("" for the Root's own folder), and the last part of the name.
  Entry entry(std::string_view relative) const;

  /// Must be called after the folder at `relative` was moved or removed.
  void forget(std::string_view relative) const;
  /// Returns true if the folder above the Root was open and was removed: nothing can be created in it any more.
  bool is_removed() const;
  /// Closes the descriptors: the next use opens the folder above the Root again.
  void reopen() const;

 private:
  int open_anchor() const;
  int open_folder(std::string_view relative) const;

  std::filesystem::path folder_;
  std::filesystem::path anchor_folder_;  ///< the folder above the Root
  std::string name_;                     ///< name of `folder_` in `anchor_folder_`; "" if they are the same
  mutable Descriptor anchor_;
  /// The most recently used folders: names of one folder usually follow each other, and a rename uses two folders.
  struct Recent {
    std::string relative;
    Descriptor folder;
  };
  mutable std::array<Recent, 2> recent_;  ///< the latest first
};

/// The argument of the functions in fs/file.h: a name below a Root, or a plain path. In a plain path, symlinks are
/// followed up to its last part. A Name refers to the Root, which must live longer.
class Name {
 public:
  Name(const std::filesystem::path& plain) : relative_(plain.native()) {}  // NOLINT(google-explicit-constructor)
  Name(const Root& root, std::string_view relative) : root_(&root), relative_(relative) {}

  std::filesystem::path path() const { return root_ ? root_->path_of(relative_) : std::filesystem::path(relative_); }
  Name parent() const;
  /// A name in the folder of this name.
  Name operator/(std::string_view inner) const;
  /// Returns the name's open folder and the name in it; for a plain path, AT_FDCWD and the whole path.
  Root::Entry entry() const { return root_ ? root_->entry(relative_) : Root::Entry{plain_folder, relative_}; }
  /// Must be called after a folder of this name was moved or removed.
  void forget() const {
    if (root_) root_->forget(relative_);
  }
  const Root* root() const { return root_; }
  const std::string& relative() const { return relative_; }

 private:
  static const int plain_folder;
  const Root* root_ = nullptr;
  std::string relative_;
};

/// Opens root/relative with openat2's RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS, or part by part. "" is `folder` itself.
Descriptor open_below(int folder, const std::string& relative, int flags);

}  // namespace hubcache::fs
