#include "adoption/clashes.h"

#include <algorithm>

#include "base/language.h"
#include "base/text.h"

namespace hubcache::adoption {
namespace {

/// Looks up files and folders in the sorted paths of the hub's files.
template <class PathAt>
class HubPaths {
 public:
  HubPaths(std::size_t count, const PathAt& at) : count_(count), at_(at) {}

  bool has_file(std::string_view path) const {
    const std::size_t found = first_not_before(path);
    return found < count_ && at_(found) == path;
  }
  bool has_folder(std::string_view path) const {
    const std::string beneath = std::string(path) + "/";
    const std::size_t found = first_not_before(beneath);
    return found < count_ && at_(found).starts_with(beneath);
  }

 private:
  std::size_t first_not_before(std::string_view path) const {
    std::size_t first = 0, length = count_;
    while (length > 0) {
      const std::size_t half = length / 2;
      if (at_(first + half) < path) first += half + 1, length -= half + 1;
      else length = half;
    }
    return first;
  }

  std::size_t count_;
  const PathAt& at_;
};

/// Returns why the local file clashes with the hub's files; "" if it does not.
template <class Paths>
std::string clash_of(const std::string& path, const Paths& hub) {
  for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    const std::string folder = path.substr(0, slash);
    if (hub.has_file(folder)) return say("the hub has a file {}, but this is a folder here", in_quotes(folder));
  }
  return hub.has_folder(path) ? say("the hub has a folder of this name") : "";
}

template <class PathAt>
std::optional<SortedOut> without(const LocalTree& local, std::size_t count, const PathAt& at) {
  const HubPaths<PathAt> hub(count, at);
  const auto clashes = [&](const LocalFile& file) { return !clash_of(file.path.str(), hub).empty(); };
  if (std::ranges::none_of(local.files, clashes)) return std::nullopt;
  SortedOut sorted{{{}, local.left_out}, {}};
  for (const LocalFile& file : local.files) {
    std::string why = clash_of(file.path.str(), hub);
    if (why.empty()) sorted.rest.files.push_back(file);
    else sorted.clashes.push_back({printable(file.path.str()), std::move(why)});
  }
  return sorted;
}

}  // namespace

std::optional<SortedOut> without_clashes(const LocalTree& local, const RemoteTree& remote) {
  std::vector<const RemoteFile*> files;
  files.reserve(remote.files.size());
  for (const RemoteFile& file : remote.files) {
    if (file.is_file) files.push_back(&file);
  }
  return without(local, files.size(), [&](std::size_t i) -> const std::string& { return files[i]->path.str(); });
}

std::optional<SortedOut> without_clashes(const LocalTree& local, const std::vector<std::string>& hub_only) {
  return without(local, hub_only.size(), [&](std::size_t i) -> const std::string& { return hub_only[i]; });
}

}  // namespace hubcache::adoption
