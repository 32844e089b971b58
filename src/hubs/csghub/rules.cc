#include "hubs/csghub/rules.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/language.h"
#include "base/text.h"
#include "hubs/csghub/index.h"
#include "hubs/csghub/installed.h"
#include "hubs/csghub/target.h"
#include "hubs/csghub/view.h"
#include "hubs/msc/verdict.h"
#include "pickle/writer.h"

namespace hubcache::hub {
namespace {

namespace parts = csghub_parts;

/// Returns the bytes of json.dump(…, ensure_ascii=False).
std::string json_model_meta(const std::string& id) {
  return "{\"id\": " + nlohmann::json(id).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "}";
}

/// Models snapshot_download(local_files_only=True), which returns the folder if the index has any record.
Verdict judge_local(const FileFacts& facts) {
  const auto* state = dynamic_cast<const parts::CsgHubState*>(facts.client_state);
  const bool has_index = state && state->has_records;
  if (!has_index) return {Action::raises, Reason::no_record, false};
  if (facts.file && facts.file->exists) return {Action::accepts, Reason::any_record, false};
  return {Action::raises, facts.file ? Reason::dangling_link : Reason::file_missing, false};
}

/// Leaves out the records that exists() does not reach: it stops at the first one that fits, also if the file is
/// missing.
FileFacts until_first_fit(FileFacts facts, std::string_view revision) {
  for (std::size_t i = 0; i < facts.records.size(); ++i) {
    const IndexRecord& record = *facts.records[i];
    const bool raises = facts.stumbles_after == i || record.shape == IndexRecord::Shape::other_revision;
    if (raises) return facts;
    if (!record.revision.starts_with(revision) && !revision.starts_with(record.revision)) continue;
    facts.records.resize(i + 1);
    facts.stumbles_after.reset();
    return facts;
  }
  return facts;
}

/// Returns a sentence if the installed version does not use the index as it is; "" if it does, or is unknown.
std::string other_version_text(const Environment& environment, const View& view) {
  if (view.index_state != IndexState::good && view.index_state != IndexState::damaged) return "";
  const auto installed = parts::installed_csghub(environment);
  const bool is_json = view.place.index == &parts::json_index;
  if (!installed || installed->has_json_index == is_json) return "";
  return say(
      "the index {} is for {}, but {} has csghub-sdk {}: {}; to use that version, delete the index and "
      "run hubcache adopt again",
      in_quotes((view.place.root / view.place.index->name).native()), parts::versions_with(*view.place.index),
      in_quotes(installed->folder.native()), installed->version, parts::other_versions_with(*view.place.index));
}

/// Returns a sentence if a folder keeps file_download from using the place; "" if there is none.
std::string masked_folder_text(const View& view) {
  const auto& link = view.place.name_link;
  const auto status = link ? fs::status_of(link->name) : Result<fs::Status>(fs::Status{});
  const bool is_folder = link && status && status->kind == fs::Kind::folder;
  if (!is_folder) return "";
  return say(
      "file_download uses {}, which exists, and downloads files into it: move that folder away, then run hubcache "
      "adopt again",
      in_quotes(link->name.native()));
}

}  // namespace

const Index* CsgHubRules::index() const { return &parts::json_index; }

Result<View> CsgHubRules::view(const Place& place) const { return parts::view(place); }

/// Models ModelFileSystemCache.exists in cache.py (0.9.1 and 0.9.3), which a call for a single file uses, too.
Verdict CsgHubRules::verdict(const FileFacts& facts, IndexState state, const RemoteFile& remote,
                             const ClientSettings& settings, Question question) const {
  const auto* of_client = dynamic_cast<const parts::CsgHubState*>(facts.client_state);
  const auto meets = of_client ? of_client->meets : parts::CsgHubState::Meets::own_format;
  if (meets == parts::CsgHubState::Meets::fails) return {Action::raises, Reason::damaged_index, false};
  const bool is_local = question == Question::local_only && state == IndexState::good;
  if (is_local) return judge_local(facts);
  const Question asked = question == Question::single_file ? Question::snapshot : question;
  FileFacts seen = until_first_fit(facts, remote.asked_revision);
  if (meets == parts::CsgHubState::Meets::starts_empty) seen.records.clear(), seen.stumbles_after.reset();
  return msc::verdict(seen, state, remote, "", settings, asked);
}

std::vector<MetadataFile> CsgHubRules::other_metadata(const Place& place, const RevisionFacts& facts,
                                                      const Standing&) const {
  const bool is_pickle = place.index == &parts::pickle_index;
  return {{".mv", "Revision:" + facts.revision.str()},
          {".mdl", is_pickle ? pickle::write_model_meta(place.model_id) : json_model_meta(place.model_id)}};
}

/// load_model_version (cache.py, 0.9.3) reads `.mv` as text. The client writes `.mdl` before it reads it.
bool CsgHubRules::is_damaged_metadata(std::string_view name, std::string_view bytes) const {
  return bytes.empty() || (name == ".mv" && !is_utf8(bytes));
}

/// Models snapshot_download.py and ModelFileSystemCache of 0.9.3.
std::vector<Written> CsgHubRules::written_at_each_run(const Place& place) const {
  return {{place.temporary, Written::What::folder}, {place.root / ".mdl"}, {place.root / ".mv"}};
}

std::vector<std::string> CsgHubRules::notes(const Environment& environment, const View& view) const {
  std::vector<std::string> notes = {other_version_text(environment, view), masked_folder_text(view)};
  std::erase(notes, "");
  return notes;
}

}  // namespace hubcache::hub
