#include "hubs/aistudio/folder_walk.h"

#include <string_view>
#include <utility>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "hub/limits.h"

namespace hubcache::hub {
namespace {

/// Whether the path is directly in `folder`. Thus the walk only descends, and ends at the limits of RelPath.
bool lies_in(std::string_view path, std::string_view folder) {
  if (!folder.empty()) {
    if (!path.starts_with(folder) || path.substr(folder.size(), 1) != "/") return false;
    path.remove_prefix(folder.size() + 1);
  }
  return !path.empty() && path.find('/') == path.npos;
}

class Walk {
 public:
  explicit Walk(GiteaRepo& repo) : repo_(repo) {}

  /// Adds the entries of a folder. An Error's message is the predicate of a sentence whose subject is the URL.
  Result<void> add(std::string_view folder, std::vector<Entry> entries) {
    for (Entry& entry : entries) {
      if (!lies_in(entry.path, folder)) {
        return Error{ErrorCode::hub,
                     say("returned {}, which is not in that folder", in_quotes(entry.path.substr(0, 200))), ""};
      }
      if (entry.kind == Entry::Kind::folder && RelPath::parse(entry.path)) next_level_.push_back(entry.path);
      entries_.push_back(std::move(entry));
    }
    folders_ += 1;
    if (entries_.size() > max_entries || folders_ + next_level_.size() > max_folders) {
      return Error{ErrorCode::hub, say("the listing is longer than {}", counted(max_folders, "folder")),
                   std::string(translated(too_large_hint))};
    }
    return {};
  }

  Result<void> descend() {
    while (!next_level_.empty()) {
      const auto level = std::exchange(next_level_, {});
      std::vector<std::string> urls;
      urls.reserve(level.size());
      for (const auto& folder : level) urls.push_back(repo_.contents_url(folder));
      TRY(repo_.read_all<std::vector<Entry>>(
          urls, read_folder, [&](std::size_t index, Result<std::vector<Entry>> entries) {
            if (!entries) return Result<void>(std::move(entries).error());
            auto added = add(level[index], *std::move(entries));
            return added ? std::move(added)
                         : Result<void>(repo_.failure(urls[index], added.error().message, added.error().hint));
          }));
    }
    return {};
  }

  std::vector<Entry> take() { return std::move(entries_); }

 private:
  GiteaRepo& repo_;
  std::vector<Entry> entries_;
  std::vector<std::string> next_level_;
  std::size_t folders_ = 0;
};

}  // namespace

Result<std::vector<Entry>> walk_folders(GiteaRepo& repo, const Error& refused) {
  const std::string url = repo.contents_url("");
  const auto answer = TRY(repo.get(url));
  if (!is_success(answer)) return refused;
  Walk walk(repo);
  auto top = TRY(repo.read_one(url, answer, read_folder));
  if (auto added = walk.add("", std::move(top)); !added)
    return repo.failure(url, added.error().message, added.error().hint);
  TRY(walk.descend());
  return walk.take();
}

}  // namespace hubcache::hub
