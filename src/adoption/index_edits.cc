#include "adoption/index_edits.h"

#include <algorithm>

#include "digest/digest.h"

namespace hubcache::adoption {
namespace {

using hub::IndexRecord;
using hub::RecordEdit;
using record::Entry;
using record::ExactId;
using record::Record;

std::vector<std::string_view> views_of(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

}  // namespace

std::string_view text_in_index(const hub::Index& index, const Record& record, const ExactId& id) {
  return index.recorded_as == hub::RecordedAs::asked_revision ? record.revisions[id.revision].name : id.sha.str();
}

bool wants_pin(const hub::Index& index, const Record& record, const Entry& entry) {
  if (index.recorded_as == hub::RecordedAs::asked_revision) return false;
  return record.pin || entry.exact.front().synthetic;
}

ObjectId synthetic_id(RepoType type, const RepoId& id, const RelPath& path) {
  std::string text = "hubcache synthetic id";
  for (const std::string& part : {std::string(name_of(type)), id.str(), path.str()}) text += '\0' + part;
  return digest::sha1(text).id();
}

std::vector<std::string> revisions_in_index(const hub::View& view, const std::string& path) {
  std::vector<std::string> revisions;
  for (const auto position : view.records_of(path)) {
    const IndexRecord& record = view.index[position];
    const bool usable = record.shape == IndexRecord::Shape::plain || record.shape == IndexRecord::Shape::extra_key;
    if (usable) revisions.push_back(record.revision);
  }
  return revisions;
}

std::string edited_index(const hub::Index& index, const hub::View& view, const Record& record) {
  const auto edit_of = [&](std::size_t i) {
    const Entry& entry = record.entries[i];
    return entry.retiring ? released_records(index, record, entry) : adopted_records(index, record, entry);
  };
  return index.edited(view, {record.entries.size(), edit_of});
}

bool is_for_another_file(const hub::View& view, const Record& record, const Entry& entry) {
  if (std::ranges::binary_search(view.put_by_client, entry.location().str())) return true;
  const auto revisions = revisions_in_index(view, entry.path.str());
  const auto has = [&](std::string_view revision) { return std::ranges::find(revisions, revision) != revisions.end(); };
  if (!view.place.index) return true;
  const hub::Index& index = *view.place.index;
  return (wants_pin(index, record, entry) && !has("")) || !has(text_in_index(index, record, entry.exact.front()));
}

bool has_our_records(const hub::View& view, const Record& record) {
  return std::ranges::any_of(record.entries,
                             [&](const Entry& entry) { return !is_for_another_file(view, record, entry); });
}

bool is_pinned(const hub::Target& target, const hub::Place& place, const Record& record, const Entry& entry) {
  if (place.index && place.index->recorded_as == hub::RecordedAs::asked_revision) return true;
  return target.rules.can_pin() && (record.pin || (place.index && entry.exact.front().synthetic));
}

RecordEdit adopted_records(const hub::Index& index, const Record& record, const Entry& entry) {
  RecordEdit edit{.path = entry.path.str(), .first = {}, .keep_others = true, .remove = views_of(entry.outdated)};
  edit.remove.emplace_back("N/A");
  // The pin comes first because the client's put_file removes the first record of the path: when the client replaces
  // the file, the pin goes, too, and does not freeze the hub's version.
  if (wants_pin(index, record, entry)) edit.first.emplace_back("");
  else edit.remove.emplace_back("");
  for (const ExactId& id : entry.exact) edit.first.push_back(text_in_index(index, record, id));
  return edit;
}

RecordEdit released_records(const hub::Index& index, const Record& record, const Entry& entry) {
  if (!record.in_place)
    return {.path = entry.path.str(), .first = views_of(entry.had), .keep_others = false, .remove = {}};
  RecordEdit edit{.path = entry.path.str(), .first = {}, .keep_others = true, .remove = views_of(entry.outdated)};
  const auto had = [&](std::string_view revision) { return std::ranges::find(entry.had, revision) != entry.had.end(); };
  if (!had("")) edit.remove.emplace_back("");
  for (const ExactId& id : entry.exact) {
    const std::string_view text = text_in_index(index, record, id);
    if (!had(text)) edit.remove.push_back(text);
  }
  return edit;
}

}  // namespace hubcache::adoption
