// Access below a folder by descriptor: nothing is reached through a symlink, whatever other programs do meanwhile.
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
  Root(const Root&) = delete;  // names refer to it
  Root& operator=(const Root&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path path_of(std::string_view relative) const;

  /// An open folder and a name in it; the descriptor stays valid for the next call on this Root, and not longer.
  /// `folder` is -1 with errno set where the folder cannot be opened: ENOENT where it is missing, ENOTDIR or ELOOP
  /// where it, or a folder above it, is not a folder or is a symlink.
  struct Entry {
    int folder = -1;
    std::string name;
  };
  /// The folder that holds `relative` ("" for the Root's own folder), and the last part of the name.
  Entry entry(std::string_view relative) const;

  /// Must be called after the folder at `relative` was moved or removed.
  void forget(std::string_view relative) const;
  /// Whether the folder above the Root was open and has been removed since: nothing can be made in it any more.
  bool is_removed() const;
  /// Closes the descriptors: the next use opens the folder above the Root again.
  void reopen() const;

 private:
  int open_anchor() const;
  int open_folder(std::string_view relative) const;

  std::filesystem::path folder_;
  std::filesystem::path anchor_folder_;  ///< the folder above
  std::string name_;                     ///< of `folder_` in it
  mutable Descriptor anchor_;
  /// The folders that were used last: most names come with their neighbours, and a rename has two.
  struct Recent {
    std::string relative;
    Descriptor folder;
  };
  mutable std::array<Recent, 2> recent_;  ///< the latest first
};

/// What the functions of fs/file.h act on: a name below a Root, or a plain path, whose symlinks are followed up to its
/// last part. It refers to the Root, which must live longer.
class Name {
 public:
  Name(const std::filesystem::path& plain) : relative_(plain.native()) {}  // NOLINT(google-explicit-constructor)
  Name(const Root& root, std::string_view relative) : root_(&root), relative_(relative) {}

  std::filesystem::path path() const { return root_ ? root_->path_of(relative_) : std::filesystem::path(relative_); }
  Name parent() const;
  /// A name in the folder of this name.
  Name operator/(std::string_view inner) const;
  /// The name's folder, open, and the name in it: of a plain path AT_FDCWD and the whole path.
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
