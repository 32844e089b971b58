#include "adoption/wanted.h"

#include <algorithm>
#include <unordered_map>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::ExactId;

bool has_revision(const Entry& entry, std::uint16_t revision) {
  return std::ranges::find(entry.exact, revision, &ExactId::revision) != entry.exact.end();
}

class Finder {
 public:
  Finder(const PlanInput& input, const hub::RevisionFacts& facts, std::uint16_t revision)
      : input_(input), facts_(facts), revision_(revision) {}

  /// Finds the wanted files. Leaves out, with a warning, files that the client does not request, and files that would
  /// share a location.
  Result<WantedFiles> find(const LocalTree& local) {
    std::vector<Wanted>& wanted = found_.files;
    std::vector<std::string> unknown, shared;
    const auto adopted = entries_elsewhere();
    const auto add = [&](const LocalFile& file, const RelPath& location, bool current) {
      wanted.push_back({&file, location != file.path ? std::optional(location) : std::nullopt, current});
    };
    wanted.reserve(local.files.size());
    for (const LocalFile& file : local.files) {
      const auto now = location_now(file.path, adopted);
      if (now) add(file, *now, true);
      else unknown.push_back(file.path.str());
      const auto [begin, end] = adopted.equal_range(file.path.str());
      for (auto at = begin; at != end; ++at) {
        const bool has_other =
            std::ranges::any_of(at->second->exact, [&](const ExactId& id) { return id.revision != revision_; });
        if (has_other && at->second->location() != now) add(file, at->second->location(), false);
      }
    }
    TRY(add_unread(local, adopted, wanted));
    std::ranges::sort(
        wanted, {}, [](const Wanted& one) { return std::pair(std::string_view(one.location().str()), !one.current); });
    for (std::size_t i = 1; i < wanted.size(); ++i) {
      if (wanted[i].location() == wanted[i - 1].location()) shared.push_back(wanted[i].file->path.str());
    }
    const auto extra = std::ranges::unique(wanted, {}, &Wanted::location);
    wanted.erase(extra.begin(), extra.end());
    found_.current = static_cast<std::uint64_t>(std::ranges::count(wanted, true, &Wanted::current));
    warn_left_out(unknown, say("not on the hub, and the client requests only the hub's files"));
    warn_left_out(shared,
                  say("the hub has the same content under another name, and the client keeps one file for both"));
    TRY(check_wanted(wanted));
    return std::move(found_);
  }

  /// Adds adopted files that the scan could not read (no permission, a disk that is not mounted), so that they do not
  /// count as removed.
  Result<void> add_unread(const LocalTree& local,
                          const std::unordered_multimap<std::string_view, const Entry*>& adopted,
                          std::vector<Wanted>& wanted) {
    for (const Entry& entry : input_.previous ? input_.previous->entries : no_entries_) {
      const LeftOut* left_out = local.find(entry.path.str()) ? nullptr : local.find_left_out(entry.path.str());
      if (!left_out) continue;
      const bool is_current = has_revision(entry, revision_);
      const bool stays = !is_current || location_now(entry.path, adopted) == entry.location();
      if (input_.previous->folder != input_.request.folder || !stays) return cannot_be_read(*left_out);
      found_.unread_files.push_back({entry.path, entry.source});
      wanted.push_back({&found_.unread_files.back(), entry.elsewhere, is_current, true});
      if (found_.unread.empty() || found_.unread.back() != entry.path.str()) found_.unread.push_back(entry.path.str());
    }
    return {};
  }

  Error cannot_be_read(const LeftOut& left_out) const {
    return {ErrorCode::failed,
            say("cannot read an adopted file in {}: {}: {}", in_quotes(input_.request.folder.native()), left_out.name,
                left_out.why),
            say("make the file readable, remove it from the folder, or exclude it with --exclude")};
  }

  Result<void> check_wanted(const std::vector<Wanted>& wanted) const {
    if (wanted.empty()) {
      return Error{ErrorCode::failed,
                   say("no file in {} is a file that the client requests", in_quotes(input_.request.folder.native())),
                   facts_.listing ? say("check the folder and the repo id")
                                  : say("omit --offline: this client stores files under names that the hub gives")};
    }
    const bool is_elsewhere = std::ranges::any_of(wanted, [](const Wanted& one) { return one.elsewhere.has_value(); });
    if (!input_.in_place || !is_elsewhere) return {};
    return Error{ErrorCode::usage,
                 say("{} is the client's own folder, which does not store files under their repo paths",
                     in_quotes(input_.request.folder.native())),
                 say("move the model to a folder outside the client's cache, then adopt that folder")};
  }

  void warn_left_out(const std::vector<std::string>& names, const std::string& why) {
    if (names.empty()) return;
    found_.warnings.push_back(
        say("skipped {}; the first file is {}: {}", counted(names.size(), "file"), in_quotes(names.front()), why));
  }

  /// Returns the entries whose location is not their path, by path.
  std::unordered_multimap<std::string_view, const Entry*> entries_elsewhere() const {
    std::unordered_multimap<std::string_view, const Entry*> found;
    for (const Entry& entry : input_.previous ? input_.previous->entries : no_entries_) {
      if (entry.elsewhere) found.emplace(entry.path.str(), &entry);
    }
    return found;
  }

  /// Returns the location of the file at this revision. Without a listing, a layout that takes its names from the hub
  /// keeps a file at its adopted location.
  std::optional<RelPath> location_now(const RelPath& path,
                                      const std::unordered_multimap<std::string_view, const Entry*>& adopted) const {
    auto location = input_.target.layout.location(path, facts_);
    if (location || facts_.listing) return location;
    const auto [begin, end] = adopted.equal_range(path.str());
    const auto same = std::find_if(begin, end, [&](const auto& one) { return has_revision(*one.second, revision_); });
    return same != end ? std::optional(same->second->location()) : std::nullopt;
  }

  const PlanInput& input_;
  const hub::RevisionFacts& facts_;
  const std::uint16_t revision_;
  const std::vector<Entry> no_entries_;
  WantedFiles found_;
};

}  // namespace

Result<WantedFiles> wanted_files(const PlanInput& input, const hub::RevisionFacts& facts, std::uint16_t revision,
                                 const LocalTree& local) {
  return Finder(input, facts, revision).find(local);
}

}  // namespace hubcache::adoption
