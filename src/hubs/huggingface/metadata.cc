// The metadata of huggingface_hub beside the files: refs/, trees/, .no_exist/.
#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "hubs/huggingface/target.h"

namespace hubcache::hub::huggingface_parts {
namespace {

/// Files that transformers 5.23.0 (AutoConfig, AutoTokenizer) and datasets 5.2.0 (load_dataset) request although a repo
/// may lack them (test/e2e/test_hf_loaders_facts.py).
constexpr std::string_view optional_files[] = {"added_tokens.json", "chat_template.jinja", "special_tokens_map.json",
                                               "tokenizer.model",   ".huggingface.yaml",   "dataset_infos.json"};

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
    const std::uint64_t size = listed ? listed->lfs_size.value_or(listed->size) : file->stamp.size;
    lines.try_emplace(path->str(), line_of(size, "", listed));
  }
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

std::string_view etag_of(const RemoteFile& file) { return file.lfs_sha256 ? file.lfs_sha256->str() : file.sha.str(); }

MetadataFile tree_listing(const std::string& folder, const RevisionFacts& facts, const Standing& standing) {
  std::map<std::string, Line> lines;
  for (const PlacedPath& file : standing.placed)
    lines[file.path.str()] = line_of(file.size, file.id, find(facts, file.path));
  add_others(folder, facts, standing, lines);
  return {"trees/" + std::string(facts.version) + ".json", to_json(lines).dump(1)};
}

std::vector<MetadataFile> metadata(const RevisionFacts& facts, const Standing& standing) {
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

}  // namespace hubcache::hub::huggingface_parts
