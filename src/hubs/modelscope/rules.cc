#include "hubs/modelscope/rules.h"

#include "base/language.h"
#include "base/text.h"
#include "hubs/modelscope/target.h"
#include "hubs/msc/verdict.h"
#include "hubs/msc/view.h"
#include "pickle/reader.h"
#include "pickle/writer.h"

namespace hubcache::hub {
namespace {

/// The client writes no `.mdl` into a local_dir.
bool has_model_meta(const Place& place) { return !place.model_id.empty(); }

}  // namespace

ClientSettings ModelScopeRules::settings(const Environment& environment) const {
  ClientSettings settings;
  settings.hash_validation =
      msc::is_python_true(environment.get("MODELSCOPE_ENABLE_DEFAULT_HASH_VALIDATION").value_or(""));
  return settings;
}

/// Models exists() in hub/utils/caching.py (1.37.1), which compares with the listing's Sha256.
std::string_view ModelScopeRules::wanted_sha256(const RemoteFile& remote, const ClientSettings& settings) const {
  const bool is_sha256 = is_known(remote.sha) && remote.sha.str().size() == 64;
  return settings.hash_validation && is_sha256 ? remote.sha.str() : "";
}

const Index* ModelScopeRules::index() const { return &modelscope_parts::index; }

Result<View> ModelScopeRules::view(const Place& place) const { return modelscope_parts::view(place); }

Verdict ModelScopeRules::verdict(const FileFacts& facts, IndexState state, const RemoteFile& remote,
                                 const ClientSettings& settings, Question question) const {
  return msc::verdict(facts, state, remote, wanted_sha256(remote, settings), settings, question);
}

std::vector<MetadataFile> ModelScopeRules::other_metadata(const Place& place, const RevisionFacts& facts,
                                                          const Standing&) const {
  std::vector<MetadataFile> files = {{".mv", "Revision:" + facts.revision.str() + ",CreatedAt:unknown"}};
  if (has_model_meta(place)) files.push_back({".mdl", pickle::write_model_meta(place.model_id)});
  return files;
}

/// In hub/utils/caching.py (1.37.1), load_model_version reads `.mv` as text, and load_model_meta reads `.mdl` as a
/// pickle.
bool ModelScopeRules::is_damaged_metadata(std::string_view name, std::string_view bytes) const {
  return bytes.empty() || (name == ".mv" && !is_utf8(bytes)) || (name == ".mdl" && !pickle::read(bytes));
}

/// Models hub/file_download.create_temporary_directory_and_cache, hub/utils/caching.ModelFileSystemCache.__init__
/// (`.mdl`) and hub/snapshot_download.py (`.mv`, the lock) of 1.37.1.
std::vector<Written> ModelScopeRules::written_at_each_run(const Place& place) const {
  std::vector<Written> files = {{place.temporary, Written::What::folder, writers_},
                                {place.root / ".mv", Written::What::file, writers_}};
  if (has_model_meta(place)) files.push_back({place.root / ".mdl"});
  if (const auto lock = modelscope_parts::lock_of(place); !lock.empty())
    files.push_back({lock, Written::What::file, translated("modelscope 1.31 and later")});
  return files;
}

}  // namespace hubcache::hub
