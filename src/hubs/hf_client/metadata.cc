// The metadata of huggingface_hub beside the files: refs/, trees/, .no_exist/.
#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "hubs/hf_client/cache.h"

namespace hubcache::hub::hf_client {
namespace {

/// Models _tree_cache.TreeCacheEntry.
struct Line {
  std::uint64_t size;
  std::string blob_id;
  std::optional<std::string> lfs_sha256 = {};
};

/// Returns the entry of one file. For an LFS file, only the hub's listing contains the blob id.
Line line_of(std::uint64_t size, std::string_view id, const RemoteFile* listed) {
  static const std::string unknown(40, '0');
  if (listed && listed->lfs_sha256)
    return {size, std::string(listed->sha.str()), std::string(listed->lfs_sha256->str())};
  if (listed) return {size, std::string(listed->sha.str())};
  return {size, id.size() == unknown.size() ? std::string(id) : unknown};
}

nlohmann::ordered_json to_json(const std::map<std::string, Line>& lines) {
  nlohmann::ordered_json files = nlohmann::ordered_json::object();
  for (const auto& [path, line] : lines) {
    files[path] = {{"size", line.size}, {"blob_id", line.blob_id}};
    if (line.lfs_sha256) files[path].update({{"lfs_sha256", *line.lfs_sha256}, {"lfs_size", line.size}});
  }
  return {{"format_version", 1}, {"files", std::move(files)}};
}

const RemoteFile* find(const RevisionFacts& facts, const RelPath& path) {
  return facts.listing ? facts.listing->find(path) : nullptr;
}

/// Adds the client's own files, which stay in the snapshot beside the adopted files.
void add_others(const std::string& folder, const RevisionFacts& facts, const Standing& standing,
                std::map<std::string, Line>& lines) {
  for (const PlacedFile* file : standing.others) {
    if (!file->exists || !file->path.starts_with(folder)) continue;
    const auto path = RelPath::parse(file->path.substr(folder.size()));
    if (!path) continue;
    const RemoteFile* listed = find(facts, *path);
    const std::uint64_t size = listed ? listed->lfs_size.value_or(listed->size) : file->size();
    lines.try_emplace(path->str(), line_of(size, "", listed));
  }
}

/// Models _tree_cache._read_tree_cache_from_disk (2.4.0).
bool is_listing(std::string_view bytes) {
  const auto value = nlohmann::json::parse(bytes, nullptr, false);
  return value.is_object() && value.contains("files") && value["files"].is_object();
}

bool is_listed(const RevisionFacts& facts, std::string_view name) {
  const auto path = RelPath::parse(name);
  return path && find(facts, *path);
}

}  // namespace

std::string snapshot_folder(std::string_view commit) { return "snapshots/" + std::string(commit) + "/"; }

std::optional<RelPath> location(const RelPath& path, std::string_view commit) {
  auto at = RelPath::parse(snapshot_folder(commit) + path.str());
  return at ? std::optional(*std::move(at)) : std::nullopt;
}

std::string absence_note(const RelPath& location) {
  constexpr std::string_view snapshots = "snapshots/";
  if (!location.str().starts_with(snapshots)) return "";
  return ".no_exist/" + location.str().substr(snapshots.size());
}

MetadataFile tree_listing(const std::string& folder, const RevisionFacts& facts, const Standing& standing) {
  std::map<std::string, Line> lines;
  for (const PlacedPath& file : standing.placed)
    lines[file.path.str()] = line_of(file.size, file.id, find(facts, file.path));
  add_others(folder, facts, standing, lines);
  return {"trees/" + std::string(facts.version) + ".json", to_json(lines).dump(1)};
}

std::vector<MetadataFile> metadata(const RevisionFacts& facts, const Standing& standing,
                                   std::span<const std::string_view> optional_files) {
  const std::string commit(facts.version), folder = snapshot_folder(commit);
  std::vector<MetadataFile> files = {tree_listing(folder, facts, standing)};
  if (facts.revision.str() != commit) files.push_back({"refs/" + facts.revision.str(), commit});
  for (const std::string_view name : optional_files) {
    const bool is_placed =
        std::ranges::any_of(standing.placed, [&](const PlacedPath& file) { return file.path.str() == name; });
    const bool stands = std::ranges::any_of(
        standing.others, [&](const PlacedFile* file) { return file->path == folder + std::string(name); });
    if (!is_placed && !stands && !is_listed(facts, name))
      files.push_back({".no_exist/" + commit + "/" + std::string(name), ""});
  }
  // The client may have noted that the hub lacks an adopted file: the note must not exist.
  for (const PlacedPath& file : standing.placed)
    files.push_back({".no_exist/" + commit + "/" + file.path.str(), std::nullopt});
  return files;
}

/// huggingface_hub appends the content of a ref to snapshots/ (_snapshot_download.snapshot_download, 1.33.0), so an
/// empty ref leads to the folder of all snapshots. huggingface_hub requests a damaged listing again, or raises an
/// exception if the listing is not a JSON object (_tree_cache.read_tree_cache, 2.4.0).
bool is_damaged_metadata(std::string_view name, std::string_view bytes) {
  if (name.starts_with(".no_exist/")) return false;
  return name.starts_with("refs/") ? !is_commit(bytes) : !is_listing(bytes);
}

}  // namespace hubcache::hub::hf_client
