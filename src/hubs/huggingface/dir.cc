// huggingface_hub with local_dir=DIR (_local_folder.py): the files are in DIR, and for each file a `.metadata` in
// DIR/.cache/huggingface/download contains its commit and etag.
#include <algorithm>

#include <fmt/format.h>

#include "base/language.h"
#include "hubs/hf_client/layout.h"
#include "hubs/hf_client/rules.h"
#include "hubs/huggingface/hub.h"
#include "hubs/huggingface/target.h"

namespace hubcache::hub {
namespace {

/// file_download._hf_hub_download_to_local_dir calls shutil.copyfile onto the name if the cache has the hub's new file.
constexpr std::string_view written_through = marked(
    "huggingface_hub overwrites outdated files in a local_dir: through a link, it would overwrite your own file");

/// The timestamp in the metadata, 2100-01-01: the client ignores metadata that is older than the file, and the user may
/// edit the file at any time.
constexpr std::string_view never_outdated = "4102444800.0";

struct LocalDirLayout final : hf_client::ClientLayout {
  Description describe(const Environment&) const override {
    return {"DIR",
            "--place DIR",
            {"huggingface_hub"},
            translated("a file whose metadata has the hub's commit or etag; the program passes DIR as local_dir")};
  }
  Result<Place> locate(const Environment&, RepoType, const RepoId&) const override {
    return Error{ErrorCode::usage, say("target hf-dir requires the folder that the program passes as local_dir"),
                 say("add --place DIR")};
  }
  std::optional<Place> place_in(const std::filesystem::path& folder) const override {
    return hf_client::local_dir(folder);
  }
  /// Returns true: _snapshot_download.py and file_download.py of 1.33.0 and 2.4.0 expand a leading `~` in local_dir;
  /// 0.26.5 does not.
  bool expands_user() const override { return true; }
  Places places(const Environment&, RepoType) const override { return {}; }
  const Anatomy& anatomy() const override { return hf_client::local_dir_anatomy; }
};

struct LocalDirRules final : hf_client::ClientRules {
  std::vector<LinkKind> link_order(bool /*moves_by_rename*/) const override {
    return {LinkKind::reflink, LinkKind::copy};
  }
  std::string_view objection(LinkKind kind) const override {
    return kind == LinkKind::reflink || kind == LinkKind::copy ? "" : written_through;
  }
  Result<View> view(const Place& place) const override { return hf_client::view_of_local_dir(place); }
  Verdict verdict(const FileFacts& facts, IndexState, const RemoteFile& remote, const ClientSettings&,
                  Question question) const override {
    if (const auto verdict = without_hub(facts, remote, question)) return *verdict;
    const bool is_there = facts.file && facts.file->exists;
    const bool has_etag = std::ranges::any_of(
        facts.records, [&](const IndexRecord* record) { return record->revision == id_of(remote).str(); });
    if (is_there && has_etag) return {Action::accepts, Reason::exact_record, false};
    if (!facts.file) return {Action::downloads, Reason::file_missing, false};
    return {Action::downloads, facts.records.empty() ? Reason::no_record : Reason::no_matching_record, true};
  }
  std::vector<MetadataFile> other_metadata(const Place&, const RevisionFacts& facts,
                                           const Standing& standing) const override {
    MetadataFile listing = hf_client::tree_listing("", facts, standing);
    listing.name = ".cache/huggingface/" + listing.name;
    std::vector<MetadataFile> files = {std::move(listing)};
    for (const PlacedPath& file : standing.placed) {
      files.push_back({".cache/huggingface/download/" + file.path.str() + ".metadata",
                       fmt::format("{}\n{}\n{}\n", facts.version, file.id, never_outdated)});
    }
    return files;
  }
};

Words words_of_dir() {
  Words words = huggingface().words;
  words.when_only_here = marked(
      "online, hf_hub_download raises EntryNotFoundError for these files; clients find them under hubcache run and "
      "offline (HF_HUB_OFFLINE=1)");
  return words;
}

}  // namespace

const Target& huggingface_dir() {
  static const LocalDirLayout layout;
  static const LocalDirRules rules;
  static const Target target{
      .name = "hf-dir", .hub = huggingface_hub, .words = words_of_dir(), .layout = layout, .rules = rules};
  return target;
}

}  // namespace hubcache::hub
