#include "published/source.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adoption/ids.h"
#include "adoption/standing_sites.h"
#include "base/cancel.h"
#include "base/language.h"
#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/digest.h"
#include "fs/glob.h"
#include "fs/scan.h"
#include "fs/source.h"
#include "fs/stamp.h"
#include "fs/system_error.h"
#include "hash/many.h"
#include "hub/target.h"
#include "published/repo_name.h"

namespace hubcache::published {
namespace {

using adoption::Site;
using std::filesystem::path;

Error not_adopted(const Environment& environment, const StoredRepo& repo) {
  return {ErrorCode::failed, say("{} is not adopted, and no folder is named before the store", name_of(repo)),
          adoption::hint_for_unknown(environment, name_of(repo))};
}

/// Returns the folder that holds the files of an adoption.
Result<path> folder_of_adoption(const Site& site, const record::Record& record, const Revision& revision) {
  if (!record.in_place) return record.folder;
  const hub::View view = TRY(site.target->rules.view(site.place));
  return site.target->layout.files_in(view, {site.repo.type, site.repo.id, revision});
}

Result<Source> of_adoption(const Environment& environment, const StoredRepo& repo, const PublishRequest& request) {
  const auto trust = record::trust_of(request.trust_owner);
  auto [sites, unreadable] = TRY(adoption::adopted_sites(
      environment, {.targets = {}, .repo_ids = {repo.id.str()}, .type = repo.type, .hub = repo.hub, .trust = trust}));
  std::optional<Source> source;
  for (const Site& site : sites) {
    if (site.unreadable) return *site.unreadable;
    if (!site.objection.empty()) return adoption::foreign_record(site);
    const auto record = TRY(record::load(site.place.record, trust));
    if (!record || record->revisions.empty()) continue;
    const auto revision =
        TRY(parse_revision(repo, request.revision.empty() ? record->revisions.front().name : request.revision));
    Source found{repo, revision, TRY(folder_of_adoption(site, *record, revision)), record->include, record->exclude};
    if (source && source->folder != found.folder) {
      return Error{ErrorCode::conflict,
                   say("{} is adopted from {} and from {}", name_of(repo), in_quotes(source->folder.native()),
                       in_quotes(found.folder.native())),
                   say("name the folder to publish")};
    }
    if (!source) source = std::move(found);
  }
  if (!source && !unreadable.empty()) return unreadable.front();
  if (!source) return not_adopted(environment, repo);
  return *std::move(source);
}

/// A hub's clients and hubcache keep files of their own among the model's.
fs::ScanRules scan_rules(const hub::Hub& hub) {
  std::set<std::string> anywhere, at_top;
  for (const hub::Target* target : hub.targets()) {
    for (std::string& name : target->layout.own_names()) anywhere.insert(std::move(name));
    for (std::string& name : target->layout.own_names_at_top()) at_top.insert(std::move(name));
  }
  return {.include = {},
          .exclude = {},
          .skip_anywhere = {anywhere.begin(), anywhere.end()},
          .skip_at_top = {at_top.begin(), at_top.end()},
          .forbidden = {}};
}

Error left_out_error(const std::vector<LeftOut>& left_out) {
  constexpr std::size_t most = 5;
  std::vector<std::string> names;
  for (const LeftOut& one : left_out) {
    if (names.size() < most) names.push_back(say("{} ({})", "'" + one.name + "'", one.why));
  }
  return {ErrorCode::failed,
          say("{} cannot be published: {}{}", counted(left_out.size(), "file"), fmt::join(names, say(", ")),
              left_out.size() > most ? say(", ") + "…" : ""),
          say("mend or remove them: the published repo would lack them")};
}

/// Whether a skipped name may be one that the user expects in the published repo. What a client or hubcache itself puts
/// into a model's folder lies at the top.
bool is_worth_telling(std::string_view name) { return name.find('/') != name.npos || name.starts_with(".git"); }

/// Returns a warning that names what is not published; "" if that is nothing.
std::string skipped_warning(std::vector<std::string> skipped) {
  if (skipped.empty()) return "";
  std::ranges::sort(skipped);
  return say("not published, because git or a client keeps files of its own there: {}", counted_names(skipped, "name"));
}

/// Reads the first bytes of a file that still has this state.
Result<std::string> head_of(const path& file, const hash::FileState& state) {
  const fs::Source source = TRY(fs::open_source(file));
  const bool is_same = hash::FileState{source.status.st_dev, fs::stamp_of(source.status)} == state;
  char bytes[2];
  const ssize_t count = fs::uninterrupted([&] { return pread(source.file.get(), bytes, sizeof bytes, 0); });
  if (count < 0) return fs::system_error(errno, say("read {}", in_quotes(file.native())));
  if (is_same && static_cast<std::uint64_t>(count) == std::min<std::uint64_t>(sizeof bytes, state.stamp.size))
    return std::string(bytes, static_cast<std::size_t>(count));
  return Error{ErrorCode::conflict, say("{} changed while it was read", in_quotes(file.native())),
               say("run the command again when no program writes to the file")};
}

/// A Git LFS pointer has 125 bytes and the digits of the size.
std::uint32_t pointer_bytes(std::uint64_t size) {
  return static_cast<std::uint32_t>(125 + std::to_string(size).size());
}

Result<StoredFile> stored_file(const path& folder, const RelPath& name, const hash::Outcome& outcome) {
  const std::uint64_t size = outcome.state.stamp.size;
  const Sha256 sha256 = *TRY(outcome.digests).sha256;
  StoredFile file{.path = name, .size = size, .sha256 = sha256, .git = digest::lfs_pointer_id(sha256, size)};
  if (size <= largest_git_file) file.git = *outcome.digests->git;
  else file.lfs = pointer_bytes(size);
  file.head = TRY(head_of(folder / name.str(), outcome.state));
  return file;
}

}  // namespace

Result<Source> find_source(const Environment& environment, const PublishRequest& request) {
  const StoredRepo repo = TRY(parse_repo(request.repo_id, request.type));
  if (request.folder && request.folder->empty())
    return Error{ErrorCode::usage, say("the folder's name is empty"), say("name the folder with the model's files")};
  if (!request.folder) return of_adoption(environment, repo, request);
  return Source{repo, TRY(parse_revision(repo, request.revision)),
                absolute_path(environment.working_folder, *request.folder)};
}

Result<GatheredFiles> gather_files(const Environment& environment, const Source& source, const path& store,
                                   const std::function<void(const Progress&)>& progress) {
  fs::ScanRules rules = scan_rules(*source.repo.hub);
  rules.include = TRY(fs::parse_globs(source.include));
  rules.exclude = TRY(fs::parse_globs(source.exclude));
  if (!store.empty()) rules.forbidden.push_back(store);
  std::vector<std::string> skipped;
  rules.take_skipped = [&](const std::string& name) {
    if (is_worth_telling(name)) skipped.push_back(name);
  };
  const LocalTree tree = TRY(fs::scan_tree(source.folder, rules));
  if (!tree.left_out.empty()) return left_out_error(tree.left_out);
  if (tree.files.empty()) {
    return Error{ErrorCode::failed, say("there are no files in {}", in_quotes(source.folder.native())),
                 say("name the folder with the model's files")};
  }
  std::vector<std::optional<hash::Outcome>> outcomes(tree.files.size());
  const auto job = [&](std::size_t number) {
    const LocalFile& file = tree.files[number];
    return hash::Job{{.git = file.stamp.size <= largest_git_file, .sha256 = true},
                     hash::FileState{file.device, file.stamp}};
  };
  const auto name = [&](std::size_t number) { return source.folder / tree.files[number].path.str(); };
  const auto done = [&](std::size_t number, hash::Outcome outcome) { outcomes[number] = std::move(outcome); };
  hash::DigestCache cache(hash::DigestCache::folder(environment));
  GatheredFiles gathered;
  if (std::string warning = skipped_warning(std::move(skipped)); !warning.empty())
    gathered.warnings.push_back(std::move(warning));
  if (std::string warning = hash::digest_files({tree.files.size(), job, name, done}, cache, progress); !warning.empty())
    gathered.warnings.push_back(std::move(warning));
  TRY(check_not_cancelled());
  for (std::size_t number = 0; number < outcomes.size(); ++number) {
    gathered.files.push_back(TRY(stored_file(source.folder, tree.files[number].path, *outcomes[number])));
    gathered.states.push_back(outcomes[number]->state);
  }
  return gathered;
}

}  // namespace hubcache::published
