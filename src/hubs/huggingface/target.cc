#include "hubs/huggingface/target.h"
#include "hubs/huggingface/hub.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "digest/digest.h"
#include "hubs/huggingface/home.h"
#include "hubs/huggingface/layout.h"
#include "hubs/huggingface/rules.h"

namespace hubcache::hub {
namespace {

using huggingface_parts::etag_of;

/// utils/_cache_manager.py, DeleteCacheStrategy, deletes the targets of a snapshot's symlinks.
constexpr std::string_view deleted_through = "hf cache rm deletes the target of a symlink in the cache: your own file";
constexpr std::string_view no_cache_in_place = "the client's cache does not store files under their repo paths alone";

/// Models _tree_cache._read_tree_cache_from_disk (2.4.0).
bool is_listing(std::string_view bytes) {
  const auto value = nlohmann::json::parse(bytes, nullptr, false);
  return value.is_object() && value.contains("files") && value["files"].is_object();
}

/// Models REGEX_COMMIT_HASH in file_download.py.
bool is_commit(std::string_view text) {
  const auto id = ObjectId::parse(text);
  return id && text.size() == 40;
}

/// Returns a commit that no hub has, always the same for the same repo and revision. `hf cache` distinguishes repos by
/// their commits.
std::string made_up_commit(const RepoRef& repo) {
  std::string text = "hubcache synthetic commit";
  for (const std::string& part : {std::string(name_of(repo.type)), repo.id.str(), repo.revision.str()})
    text += '\0' + part;
  return std::string(digest::sha1(text).id().str());
}

/// Returns the first set variable of those from which huggingface_home() gets the cache.
std::string_view deciding_variable(const Environment& environment) {
  for (const std::string_view name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"}) {
    if (environment.get(name)) return name;
  }
  return "HOME";
}

/// Models huggingface_hub._snapshot_download and file_download._hf_hub_download_to_cache_dir: the client uses an
/// existing file without reading it.
Verdict in_the_cache(const FileFacts& facts, const RemoteFile& remote, Question question) {
  if (const auto verdict = huggingface_parts::without_hub(facts, remote, question)) return *verdict;
  if (facts.file && facts.file->exists) return {Action::accepts, Reason::file_there, false};
  const auto* state = static_cast<const huggingface_parts::CacheState*>(facts.client_state);
  const bool has_blob = state && std::ranges::binary_search(state->blobs, etag_of(remote));
  if (has_blob) return {Action::accepts, Reason::blob_there, false};
  return {Action::downloads, facts.file ? Reason::dangling_link : Reason::file_missing, false};
}

struct CacheLayout final : HuggingFaceLayout {
  Description describe(const Environment& environment) const override {
    return {(huggingface_home(environment).cache / "models--<owner>--<name>").native(),
            deciding_variable(environment),
            {"huggingface_hub", "transformers", "datasets"},
            "any file in the snapshot of the commit that the hub names; offline, of the commit in refs/"};
  }
  Result<Place> locate(const Environment& environment, RepoType type, const RepoId& id) const override {
    return huggingface_parts::locate(environment, type, id);
  }
  Places places(const Environment& environment, RepoType type) const override {
    return huggingface_parts::places(environment, type);
  }
  std::filesystem::path files_in(const View& view, const RepoRef& repo) const override {
    return view.place.root / "snapshots" / huggingface_parts::version_in(view, repo);
  }
  std::optional<RelPath> location(const RelPath& path, const RevisionFacts& facts) const override {
    return huggingface_parts::location(path, facts.version);
  }
};

struct CacheRules final : HuggingFaceRules {
  bool keeps_additions() const override { return true; }
  std::string absence_note(const RelPath& location) const override { return huggingface_parts::absence_note(location); }
  Result<std::vector<CommitCopy>> commit_copies(const Environment& environment, const RepoRef& repo,
                                                std::string_view version) const override {
    return huggingface_parts::commit_copies(environment, repo, version);
  }
  std::string copies_caution(const Environment& environment, const RepoRef& repo, std::string_view version,
                             bool has_code) const override {
    return huggingface_parts::copies_caution(environment, repo, version, has_code);
  }
  std::vector<LinkKind> link_order(bool /*moves_by_rename*/) const override {
    return {LinkKind::reflink, LinkKind::hardlink, LinkKind::copy};
  }
  std::string_view objection(LinkKind kind) const override {
    if (kind == LinkKind::in_place) return no_cache_in_place;
    return kind == LinkKind::symlink ? deleted_through : "";
  }
  Result<View> view(const Place& place) const override { return huggingface_parts::view(place); }
  Verdict verdict(const FileFacts& facts, IndexState, const RemoteFile& remote, const ClientSettings&,
                  Question question) const override {
    return in_the_cache(facts, remote, question);
  }
  std::vector<MetadataFile> other_metadata(const Place&, const RevisionFacts& facts,
                                           const Standing& standing) const override {
    return huggingface_parts::metadata(facts, standing);
  }
  /// huggingface_hub appends the content of a ref to snapshots/ (_snapshot_download.snapshot_download, 1.33.0), so an
  /// empty ref leads to the folder of all snapshots. huggingface_hub requests a damaged listing again, or raises an
  /// exception if the listing is not a JSON object (_tree_cache.read_tree_cache, 2.4.0).
  bool is_damaged_metadata(std::string_view name, std::string_view bytes) const override {
    if (name.starts_with(".no_exist/")) return false;
    return name.starts_with("refs/") ? !is_commit(bytes) : !is_listing(bytes);
  }
  /// Models file_download._hf_hub_download_to_cache_dir and _snapshot_download.snapshot_download of 0.26.5; 1.33.0 does
  /// not write these files.
  std::vector<Written> written_at_each_run(const Place& place) const override {
    constexpr std::string_view by = "huggingface_hub 0.26.5";
    return {{place.root / "blobs", Written::What::folder, by}, {place.root / "refs/main", Written::What::file, by}};
  }
};

constexpr Words words{
    .client = {"huggingface_hub", "snapshot_download", "hf_hub_download"},
    .when_hub_moved_on =
        "the hub has a new commit: run hubcache refresh; until then, programs that are online use the hub's files, and "
        "programs that are offline or started by hubcache run use yours",
    .when_hub_has_more =
        "huggingface_hub before 1.22 downloads such files; later versions do so only if a program requests a file "
        "by name; under hubcache run, clients do not find such files",
    .when_only_here =
        "online, programs may not find such a file and load the hub's files instead; offline "
        "(HF_HUB_OFFLINE=1) and under hubcache run, it loads yours"};

}  // namespace

namespace huggingface_parts {

std::string version_in(const View& view, const RepoRef& repo) {
  const std::string& revision = repo.revision.str();
  if (is_commit(revision)) return revision;
  const auto* state = static_cast<const CacheState*>(view.client_state.get());
  if (!state) return made_up_commit(repo);  // a local_dir has no refs
  const auto ref = state->refs.find(revision);
  return ref != state->refs.end() && is_commit(ref->second) ? ref->second : made_up_commit(repo);
}

std::optional<Verdict> without_hub(const FileFacts& facts, const RemoteFile& remote, Question question) {
  const bool is_refused = remote.single_file_raises == Reason::refused;
  if (!is_refused && question != Question::local_only) return std::nullopt;
  if (facts.file && facts.file->exists) return Verdict{Action::accepts, Reason::file_there, false};
  return Verdict{Action::raises, is_refused ? Reason::refused : Reason::file_missing, false};
}

bool is_made_up(const RepoRef& repo, std::string_view version) { return version == made_up_commit(repo); }

}  // namespace huggingface_parts

const Target& huggingface() {
  static const CacheLayout layout;
  static const CacheRules rules;
  static const Target target{
      .name = "huggingface", .hub = huggingface_hub, .words = words, .layout = layout, .rules = rules};
  return target;
}

}  // namespace hubcache::hub
