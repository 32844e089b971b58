#include "local_hub/gather_catalog.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "adoption/command_line.h"
#include "adoption/gather.h"
#include "adoption/ids.h"
#include "adoption/index_edits.h"
#include "adoption/plan.h"
#include "adoption/recorded.h"
#include "adoption/standing_sites.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/beneath.h"
#include "fs/scan.h"
#include "fs/walk.h"
#include "hub/hub.h"
#include "hub/served_listing.h"
#include "hub/target.h"
#include "hubs/registry.h"
#include "record/record.h"

namespace hubcache::local_hub {
namespace {

using adoption::Site;
using record::Record;

struct Adoption {
  Site site;
  Record record;
};

using Tell = std::function<void(const std::string&)>;

std::string name_of(const Site& site) {
  return adoption::id_with_hub(site.target->hub, site.target->layout.repo_on_hub(site.repo.id).str());
}

/// Tells the user if the repo was adopted from another hub than the one that gets requests for its other files.
void tell_of_other_hub(const Environment& environment, const Adoption& adoption, const Tell& tell) {
  const auto address = hub::address(adoption.site.target->hub, environment);
  for (const auto& revision : adoption.record.revisions) {
    const std::string other = address ? adoption::other_hub(adoption.record, revision.name, *address) : "";
    if (other.empty()) continue;
    tell(say("{} was adopted from the hub {}, but other requests go to {}", name_of(adoption.site), other, *address));
    return;
  }
}

Result<std::vector<Adoption>> adoptions(const Environment& environment, const LocalHubOptions& options,
                                        const Tell& tell) {
  const auto trust = record::trust_of(options.trust_owner);
  auto [sites, unreadable] = TRY(adoption::adopted_sites(
      environment, {.targets = {}, .repo_ids = {}, .place = {}, .type = {}, .hub = {}, .trust = trust}));
  for (const std::string& note : adoption::take_out_others(sites, unreadable)) tell(note);
  Environment upstream = environment;
  if (options.upstream) upstream.variables[hubs::all().front()->address_variable] = *options.upstream;
  std::vector<Adoption> found;
  for (Site& site : sites) {
    auto record = record::load(site.place.record, trust);
    if (!record) tell(record.error().message);
    if (!record || !*record || (*record)->phase == record::Phase::releasing) continue;
    found.push_back({std::move(site), **std::move(record)});
    if (!options.offline && !options.deny_all) tell_of_other_hub(upstream, found.back(), tell);
  }
  return found;
}

/// Builds a repo from its adoptions. If several adoptions have the same file or revision, the first one is used.
class Gatherer {
 public:
  Gatherer(const Environment& environment, hub::CatalogRepo repo) : environment_(environment), repo_(std::move(repo)) {}

  void add_revisions(const Record& record) {
    for (const auto& adopted : record.revisions) {
      if (repo_.revision(adopted.name)) continue;
      const auto commit = ObjectId::parse(adopted.version);
      repo_.revisions.push_back(
          {adopted.name, std::string(commit ? commit->str() : hub::stand_in_id("revision", repo_, adopted.name).str()),
           adopted.is_default});
    }
  }

  Result<void> add_files(const Adoption& adoption) {
    const auto& [site, record] = adoption;
    number_ = static_cast<std::uint16_t>(repo_.sources.size());
    const std::filesystem::path folder = adoption::folder_of(site, record);
    repo_.sources.push_back({site.place.root, folder});
    for (const auto& adopted : record.revisions) not_adopted_.insert(adopted.hub_only.begin(), adopted.hub_only.end());
    missing_ = 0;
    auto tree = adoption::scan_folder(environment_, {site}, {folder, record.include, record.exclude});
    by_path_.clear();
    for (const record::Entry& entry : record.entries) by_path_.emplace(entry.path.str(), &entry);
    if (tree) leave_out_led_away(*tree);
    const std::uint64_t unread = add_entries(adoption, tree);
    if (site.place.index && has_others(adoption)) TRY(add_downloads(site));
    if (!tree) return tree.error();
    for (const LocalFile& file : tree->files) {
      if (files_.contains(file.path.str())) continue;
      const auto id = adoption::synthetic_id(record.type, site.repo.id, file.path);
      add({file.path, file.path, file.stamp.size, {repo_.revisions.size(), id}, number_, "", true});
    }
    if (unread == 0 && tree && missing_ > 0) {
      return Error{ErrorCode::failed,
                   say("{}: {} no longer {} in {}: clients do not get your version", name_of(site),
                       counted(missing_, "adopted file"), missing_ == 1 ? translated("exists") : translated("exist"),
                       in_quotes(folder.native())),
                   ""};
    }
    if (unread == 0) return {};
    return Error{ErrorCode::failed,
                 say("{}: {} in {} cannot be read: clients that request such a file get neither yours nor the hub's",
                     name_of(site), counted(unread, "adopted file"), in_quotes(folder.native())),
                 say("make the files readable, then start the program again")};
  }

  /// Returns and clears the names of the files that are not served: a symlink leads out of the folder, to another
  /// target than at the adoption.
  std::vector<std::string> led_away() { return std::exchange(led_away_, {}); }

  hub::CatalogRepo finish() {
    for (auto& [path, file] : files_) repo_.files.push_back(std::move(file));
    for (const std::string& path : not_adopted_) {
      if (!files_.contains(path)) repo_.not_adopted.push_back(path);
    }
    return std::move(repo_);
  }

 private:
  /// Returns true if the user has a folder where the hub has a file, or a file where the hub has a folder. Such files
  /// are left out, as at the adoption.
  bool clashes_with_hub(const std::string& path) const {
    for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
      if (not_adopted_.contains(path.substr(0, slash))) return true;
    }
    const auto beneath = not_adopted_.lower_bound(path + "/");
    return beneath != not_adopted_.end() && beneath->starts_with(path + "/");
  }

  void add(hub::CatalogFile&& file) {
    std::string path = file.path.str();
    if (clashes_with_hub(path)) return;
    files_.try_emplace(std::move(path), std::move(file));
  }

  /// Adds the adopted files. Adds a file that is missing from the folder only if the place has a regular file for it.
  /// Adds a file that cannot be read too: clients would get the hub's version of a file that is not in the catalog.
  /// Returns the number of files that cannot be read.
  std::uint64_t add_entries(const Adoption& adoption, const Result<LocalTree>& tree) {
    const auto folder = fs::status_of_target(repo_.sources.back().folder);
    const bool is_unread = !tree && (!folder || folder->kind != fs::Kind::missing);
    std::uint64_t unread = 0;
    for (const record::Entry& entry : adoption.record.entries) {
      if (entry.retiring) continue;
      const LocalFile* local = tree ? tree->find(entry.path.str()) : nullptr;
      const bool stands = local || stands_in_place(adoption.site, entry);
      if (!stands && !is_unread && !(tree && tree->find_left_out(entry.path.str()))) {
        ++missing_;
        continue;
      }
      unread += stands ? 0 : 1;
      add({entry.path, entry.location(), local ? local->stamp.size : entry.source.size, shas_of(adoption.record, entry),
           number_, entry.outside, true});
    }
    return unread;
  }

  /// Leaves out files that new symlinks lead out of the folder: another user who may write into the folder must not be
  /// able to choose which of this user's other files are served.
  void leave_out_led_away(LocalTree& tree) {
    const auto is_led_away = [&](const LocalFile& file) {
      const auto [begin, end] = by_path_.equal_range(file.path.str());
      const auto is_as_adopted = [&](const auto& known) { return known.second->outside == file.outside; };
      if (file.outside.empty() || std::any_of(begin, end, is_as_adopted)) return false;
      led_away_.push_back(in_quotes(file.path.str()));
      return true;
    };
    std::erase_if(tree.files, is_led_away);
  }

  /// Returns the sha of each revision, as in the client's index. They may differ for a client that keeps each revision
  /// in its own folder.
  std::vector<ObjectId> shas_of(const Record& record, const record::Entry& entry) const {
    const auto [begin, end] = by_path_.equal_range(entry.path.str());
    std::vector<ObjectId> shas;
    for (const hub::CatalogRevision& revision : repo_.revisions) {
      ObjectId sha = entry.exact.front().sha;
      for (auto at = begin; at != end; ++at) {
        for (const record::ExactId& id : at->second->exact) {
          if (record.revisions[id.revision].name == revision.name) sha = id.sha;
        }
      }
      shas.push_back(sha);
    }
    return shas;
  }

  static bool stands_in_place(const Site& site, const record::Entry& entry) {
    const auto status = fs::status_beneath(site.place.root, entry.location().str());
    return status && status->kind == fs::Kind::file;
  }

  /// Returns true if the place contains a regular file that is neither added yet nor the index nor a metadata file that
  /// hubcache wrote, or if the place cannot be read. If it returns false, the index lists nothing to add.
  bool has_others(const Adoption& adoption) const {
    bool found = false;
    const auto& [site, record] = adoption;
    const auto look = [&](const std::string& path, const fs::Status& status) {
      const bool is_metadata = path == site.target->index_name() || record.metadata_wrote.contains(path);
      const bool is_known = is_metadata || files_.contains(path);
      found = found || (status.kind == fs::Kind::file && !is_known);
      return status.kind == fs::Kind::folder && !found ? fs::Descend::yes : fs::Descend::no;
    };
    return !fs::walk(site.place.root, look) || found;
  }

  /// Adds the hub's own versions of files, which the client has downloaded and recorded in its index.
  Result<void> add_downloads(const Site& site) {
    const hub::View view = TRY(site.target->rules.view(site.place));
    for (const hub::PlacedFile& file : view.files) {
      if (file.kind != fs::Kind::file) continue;
      const auto path = RelPath::parse(file.path);
      for (const auto position : view.records_of(file.path)) {
        const auto sha = ObjectId::parse(view.index[position].revision);
        if (path && sha) add({*path, *path, file.stamp.size, {repo_.revisions.size(), *sha}, number_, "", false});
      }
    }
    return {};
  }

  const Environment& environment_;
  hub::CatalogRepo repo_;
  std::map<std::string, hub::CatalogFile> files_;
  std::set<std::string> not_adopted_;
  std::vector<std::string> led_away_;
  std::uint16_t number_ = 0;
  std::uint64_t missing_ = 0;  ///< number of files of the adoption that the user has removed from the folder
  std::multimap<std::string_view, const record::Entry*> by_path_;  ///< entries of the adoption that is being added
};

std::string not_served(const std::vector<std::string>& names, const Site& site, const Record& record) {
  constexpr std::size_t most = 5;
  return say(
      "not served: {} in {}: symlinks lead out of the folder to files that were not adopted: {}{}; "
      "to adopt these files, run {}",
      counted(names.size(), "file"), in_quotes(record.folder.native()),
      fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), most)), ", "),
      names.size() > most ? ", …" : "", adoption::command_on("refresh", adoption::adoption_at(site, record)));
}

}  // namespace

Result<hub::Catalog> gather_catalog(const Environment& environment, const LocalHubOptions& options) {
  const Tell tell = [&](const std::string& line) {
    if (options.tell) options.tell(line);
  };
  std::map<std::tuple<std::string_view, RepoId, RepoType>, std::vector<Adoption>>
      by_repo;  // key: the hub's name, id and type of the repo on the hub
  for (Adoption& adoption : TRY(adoptions(environment, options, tell))) {
    const hub::Target& target = *adoption.site.target;
    by_repo[{target.hub.name, target.layout.repo_on_hub(adoption.site.repo.id), adoption.record.type}].push_back(
        std::move(adoption));
  }
  hub::Catalog catalog;
  for (const auto& [key, group] : by_repo) {
    const auto& [name, id, type] = key;
    const hub::Hub& hub = group.front().site.target->hub;
    Gatherer gatherer(environment, {.hub = &hub, .type = type, .id = id});
    for (const Adoption& adoption : group) gatherer.add_revisions(adoption.record);
    for (const Adoption& adoption : group) {
      if (const auto added = gatherer.add_files(adoption); !added) tell(added.error().message);
      if (const auto names = gatherer.led_away(); !names.empty())
        tell(not_served(names, adoption.site, adoption.record));
    }
    const bool is_hidden = !hub.tells_types_apart && catalog.find(hub, id.owner(), id.name());
    if (is_hidden)
      tell(say("{} is adopted as a model and as a dataset; hubcache serves the model", name_of(group.front().site)));
    catalog.add(gatherer.finish());
  }
  return catalog;
}

}  // namespace hubcache::local_hub
