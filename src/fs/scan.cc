#include "fs/scan.h"

#include <utility>

#include <fcntl.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/descriptor.h"
#include "fs/real_name.h"
#include "fs/scanner.h"
#include "fs/system_error.h"

namespace hubcache::fs {

namespace {

Result<std::vector<LeftOut>> scan(const std::filesystem::path& folder, const ScanRules& rules, Scanner::Names names,
                                  Scanner::Take take) {
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  const std::filesystem::path at = folder.empty() ? std::filesystem::path(".") : folder;
  const Descriptor opened(uninterrupted([&] { return open(at.c_str(), flags); }));
  if (!opened) return system_error(errno, say("read the folder {}", in_quotes(at.native())));
  return Scanner(at.native(), rules, names, std::move(take)).scan(opened.get());
}

/// Returns LocalFile::outside of a file that is reached by a symlink. A file that has vanished counts as inside.
std::string outside_of(const std::optional<std::string>& root, const std::filesystem::path& name) {
  const auto real = real_name(name);
  return root && real && !lies_below(*root, *real) ? *real : "";
}

}  // namespace

Result<LocalTree> scan_tree(const std::filesystem::path& folder, const ScanRules& rules) {
  LocalTree tree;
  const auto root = real_name(folder);
  const auto take = [&](const std::string& name, const Look& look, bool by_symlink) {
    auto path = RelPath::parse(name);
    if (!path) return false;
    tree.files.push_back(
        {*std::move(path), look.stamp, by_symlink ? outside_of(root, folder / name) : "", look.device, look.owner});
    return true;
  };
  tree.left_out = TRY(scan(folder, rules, Scanner::Names::utf8, take));
  tree.files.shrink_to_fit();  // the command keeps them until its end
  return tree;
}

Result<std::vector<LeftOut>> scan_names(const std::filesystem::path& folder, const TakeFile& take) {
  return scan(folder, {}, Scanner::Names::any, [&](const std::string& name, const Look& look, bool) {
    take(name, look.device, look.stamp);
    return true;
  });
}

}  // namespace hubcache::fs
