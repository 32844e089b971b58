// The walk behind scan_tree() and scan_names(): one folder after the other, each by its descriptor.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <hubcache/result.h>

#include "fs/forbidden.h"
#include "fs/listing.h"
#include "fs/look.h"
#include "fs/scan.h"
#include "repo/local_tree.h"

namespace hubcache::fs {

class Scanner {
 public:
  enum class Names { utf8, any };
  /// Receives each file with its path, in order; returns false if the file cannot be used. `by_symlink`: the file or a
  /// folder above it is a symlink.
  using Take = std::function<bool(const std::string& path, const Look& look, bool by_symlink)>;

  Scanner(std::string root, const ScanRules& rules, Names names, Take take);
  /// Returns what was left out, sorted by name.
  Result<std::vector<LeftOut>> scan(int root);

 private:
  struct Found {
    Listing::Entry entry;
    Look look;
    bool is_included = false;
  };

  Result<void> scan_folder(int folder, bool is_included);
  Result<void> scan_names(int folder, const Listing& listing, bool is_included);
  Result<bool> is_wanted(Found& item);
  Result<void> enter(int parent, const char* name, const Found& folder);
  Result<void> go_down(int opened, const Found& folder);
  Result<void> take_file(const Look& look);
  Result<void> check_symlink();
  Error conflict(const std::string& barred) const;

  bool is_skipped(std::string_view name) const;
  bool is_skipped_link(int folder, const char* name, const Look& look) const;
  void leave_out(std::string why, bool is_dangling = false);

  const std::string root_;
  const ScanRules& rules_;
  ForbiddenFolders forbidden_;
  const Names kind_of_names_;
  const Take take_;
  std::string path_;                ///< path of the current entry, relative to the root
  std::vector<DeviceInode> above_;  ///< the folders on the way down to the current entry
  std::size_t names_ = 0;           ///< seen so far
  int symlinks_above_ = 0;          ///< symlinked folders on the way down
  int by_symlink_ = 0;              ///< folders entered through a symlink so far
  std::size_t files_ = 0;           ///< taken so far
  std::vector<LeftOut> left_out_;
};

}  // namespace hubcache::fs
