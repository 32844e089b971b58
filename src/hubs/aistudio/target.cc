#include "hubs/aistudio/target.h"
#include "hubs/aistudio/hub.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/text.h"
#include "pickle/reader.h"
#include "pickle/writer.h"

namespace hubcache::hub {
namespace {

/// utils/caching.py: os.getenv(…, 'False').strip().lower() == 'true'
bool is_python_true(std::string text) {
  constexpr std::string_view white = " \t\n\r\v\f";
  text.erase(0, std::min(text.find_first_not_of(white), text.size()));
  text.erase(text.find_last_not_of(white) + 1);
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text == "true";
}

class AiStudio final : public Target {
 public:
  std::string_view name() const override { return "aistudio"; }
  const Hub& hub() const override { return aistudio_hub; }
  Description describe(const Environment& environment) const override {
    return {(aistudio_parts::models_root(environment, RepoType::model) / "<owner>/<name>").native(),
            environment.get("AISTUDIO_CACHE_HOME") ? "AISTUDIO_CACHE_HOME" : "HOME",
            {"aistudio-sdk"},
            "0.3.x: a file with a record in .msc that agrees with the hub's sha, or that is pinned"};
  }
  ClientNames client() const override { return {"the SDK", "snapshot_download", "file_download"}; }
  Result<Place> locate(const Environment& environment, RepoType type, const RepoId& id) const override {
    return aistudio_parts::locate(environment, type, id);
  }
  Places places(const Environment& environment, RepoType type) const override {
    return aistudio_parts::places(environment, type);
  }
  Reader reader(const Environment& environment) const override {
    Reader reader;
    reader.hash_validation = is_python_true(environment.get("AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION").value_or(""));
    const auto threshold = environment.get("AISTUDIO_PARALLEL_DOWNLOAD_THRESHOLD_MB").value_or("");
    std::uint64_t mebibytes = 0;
    const auto parsed = std::from_chars(threshold.data(), threshold.data() + threshold.size(), mebibytes);
    if (parsed.ec == std::errc() && parsed.ptr == threshold.data() + threshold.size() && mebibytes < (1ull << 40)) {
      reader.parallel_threshold = mebibytes << 20;
    }
    return reader;
  }
  const Index* index() const override { return &aistudio_parts::index; }
  Result<View> view(const Place& place) const override { return aistudio_parts::view(place); }
  Verdict verdict(const FileFacts& facts, IndexState state, const RemoteFile& remote, const Reader& reader,
                  Question question) const override {
    return aistudio_parts::verdict(facts, state, remote, reader, question);
  }
  std::vector<MetadataFile> other_metadata(const Place& place, const RevisionFacts& facts,
                                           const Standing&) const override {
    std::vector<MetadataFile> files = {{".mdl", pickle::write_model_meta(place.model_id)}};
    if (!facts.version.empty())
      files.push_back({".mv", "Revision:" + std::string(facts.version) + ",CreatedAt:unknown"});
    return files;
  }
  /// utils/caching.py (0.3.9), load_model_version reads `.mv` as text, load_model_meta `.mdl` as a pickle.
  bool is_damaged_metadata(std::string_view name, std::string_view bytes) const override {
    return bytes.empty() || (name == ".mv" && !is_utf8(bytes)) || (name == ".mdl" && !pickle::read(bytes));
  }
  /// utils/caching.ModelFileSystemCache.__init__, file_download.create_temporary_directory_and_cache;
  /// snapshot_download._snapshot_download.
  std::vector<Written> written_at_each_run(const Place& place) const override {
    return {{place.root / ".mdl"}, {place.temporary, Written::What::folder}, {place.root / ".mv"}};
  }
  std::vector<std::string> own_names() const override { return {".git", "._tmp", "._hubcache"}; }
  std::vector<std::string> own_names_at_top() const override {
    return {".msc", ".mdl", ".mv", ".gitignore", ".gitattributes"};
  }
};

}  // namespace

const Target& aistudio() {
  static const AiStudio target;
  return target;
}

}  // namespace hubcache::hub
