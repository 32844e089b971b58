#include "hubs/msc/index.h"

#include <algorithm>

#include "base/try.h"
#include "pickle/reader.h"
#include "pickle/writer.h"

namespace hubcache::hub::msc {
namespace {

using Shape = IndexRecord::Shape;

const pickle::Value* value_of(const pickle::Dict& dict, std::string_view key) {
  for (const auto& [name, value] : dict) {
    const auto* text = std::get_if<std::string>(&name.data);
    if (text && *text == key) return &value;
  }
  return nullptr;
}

IndexRecord record_from(const pickle::Value& value) {
  const auto* dict = std::get_if<pickle::Dict>(&value.data);
  const pickle::Value* path = dict ? value_of(*dict, "Path") : nullptr;
  if (!path) return {"", "", Shape::no_path};
  const auto* path_text = std::get_if<std::string>(&path->data);
  if (!path_text) return {"", "", Shape::other_path};
  const pickle::Value* revision = value_of(*dict, "Revision");
  const auto* revision_text = revision ? std::get_if<std::string>(&revision->data) : nullptr;
  if (!revision_text) return {*path_text, "", Shape::other_revision};
  return {*path_text, *revision_text, dict->size() == 2 ? Shape::plain : Shape::extra_key};
}

bool is_usable(const IndexRecord& record) { return record.shape == Shape::plain || record.shape == Shape::extra_key; }

void append_edited(const View& view, const RecordEdit& edit, std::vector<pickle::Record>& records) {
  const std::size_t first = records.size();
  const auto append = [&](std::string_view revision) {
    const auto is_same = [&](const pickle::Record& record) { return record.revision == revision; };
    if (std::none_of(records.begin() + static_cast<std::ptrdiff_t>(first), records.end(), is_same)) {
      records.push_back({edit.path, revision});
    }
  };
  for (const std::string_view revision : edit.first) append(revision);
  if (!edit.keep_others) return;
  for (const auto position : view.records_of(edit.path)) {
    const IndexRecord& record = view.index[position];
    if (is_usable(record) && std::ranges::find(edit.remove, record.revision) == edit.remove.end())
      append(record.revision);
  }
}

}  // namespace

Result<std::vector<IndexRecord>> read_index(std::string_view bytes) {
  std::vector<IndexRecord> records;
  TRY(pickle::read_list(bytes, [&](const pickle::Value& item) { records.push_back(record_from(item)); }));
  return records;
}

std::vector<pickle::Record> edited_records(const View& view, const RecordEdits& edits) {
  std::vector<bool> is_edited(view.index.size());
  std::vector<pickle::Record> records;
  records.reserve(view.index.size() + 2 * edits.count);
  for (std::size_t i = 0; i < edits.count; ++i) {
    const RecordEdit edit = edits.at(i);
    append_edited(view, edit, records);
    for (const auto position : view.records_of(edit.path)) is_edited[position] = true;
  }
  const auto ours = static_cast<std::ptrdiff_t>(records.size());
  for (std::size_t i = 0; i < view.index.size(); ++i) {
    const IndexRecord& record = view.index[i];
    if (is_usable(record) && !is_edited[i]) records.push_back({record.path, record.revision});
  }
  std::ranges::rotate(records, records.begin() + ours);  // records without an edit stay first
  return records;
}

std::string edited_index(const View& view, const RecordEdits& edits) {
  return pickle::write_index(edited_records(view, edits));
}

}  // namespace hubcache::hub::msc
