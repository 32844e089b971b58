#include "hubs/aistudio/rules.h"

#include <charconv>
#include <string>

#include "base/text.h"
#include "hubs/aistudio/target.h"
#include "hubs/msc/verdict.h"
#include "hubs/msc/view.h"
#include "pickle/reader.h"
#include "pickle/writer.h"

namespace hubcache::hub {
ClientSettings AiStudioRules::settings(const Environment& environment) const {
  ClientSettings settings;
  settings.hash_validation =
      msc::is_python_true(environment.get("AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION").value_or(""));
  const auto threshold = environment.get("AISTUDIO_PARALLEL_DOWNLOAD_THRESHOLD_MB").value_or("");
  std::uint64_t mebibytes = 0;
  const auto parsed = std::from_chars(threshold.data(), threshold.data() + threshold.size(), mebibytes);
  if (parsed.ec == std::errc() && parsed.ptr == threshold.data() + threshold.size() && mebibytes < (1ull << 40)) {
    settings.parallel_threshold = mebibytes << 20;
  }
  return settings;
}

/// Models exists() in utils/caching.py (0.3.9), which compares with last_commit_sha.
std::string_view AiStudioRules::wanted_sha256(const RemoteFile& remote, const ClientSettings& settings) const {
  const bool is_sha256 = remote.last_commit_sha && remote.last_commit_sha->size() == 64;
  return settings.hash_validation && is_sha256 ? std::string_view(*remote.last_commit_sha) : "";
}

const Index* AiStudioRules::index() const { return &aistudio_parts::index; }

Result<View> AiStudioRules::view(const Place& place) const { return aistudio_parts::view(place); }

Verdict AiStudioRules::verdict(const FileFacts& facts, IndexState state, const RemoteFile& remote,
                               const ClientSettings& settings, Question question) const {
  return msc::verdict(facts, state, remote, wanted_sha256(remote, settings), settings, question);
}

std::vector<MetadataFile> AiStudioRules::other_metadata(const Place& place, const RevisionFacts& facts,
                                                        const Standing&) const {
  std::vector<MetadataFile> files = {{".mdl", pickle::write_model_meta(place.model_id)}};
  if (!facts.version.empty()) files.push_back({".mv", "Revision:" + std::string(facts.version) + ",CreatedAt:unknown"});
  return files;
}

/// In utils/caching.py (0.3.9), load_model_version reads `.mv` as text, and load_model_meta reads `.mdl` as a pickle.
bool AiStudioRules::is_damaged_metadata(std::string_view name, std::string_view bytes) const {
  return bytes.empty() || (name == ".mv" && !is_utf8(bytes)) || (name == ".mdl" && !pickle::read(bytes));
}

/// Models utils/caching.ModelFileSystemCache.__init__ (`.mdl`), file_download.create_temporary_directory_and_cache (the
/// temporary folder) and snapshot_download._snapshot_download (`.mv`).
std::vector<Written> AiStudioRules::written_at_each_run(const Place& place) const {
  return {{place.root / ".mdl"}, {place.temporary, Written::What::folder}, {place.root / ".mv"}};
}

std::vector<MetadataFile> LocalDirRules::other_metadata(const Place& place, const RevisionFacts& facts,
                                                        const Standing& standing) const {
  auto files = AiStudioRules::other_metadata(place, facts, standing);
  std::erase_if(files, [](const MetadataFile& file) { return file.name == ".mdl"; });
  return files;
}

std::vector<Written> LocalDirRules::written_at_each_run(const Place& place) const {
  return {{place.temporary, Written::What::folder, writers_}, {place.root / ".mv", Written::What::file, writers_}};
}

}  // namespace hubcache::hub
