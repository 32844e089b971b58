#include "hubs/csghub/index.h"

#include <simdjson.h>
#include <nlohmann/json.hpp>

#include "base/language.h"
#include "hub/view.h"
#include "hubs/msc/index.h"

namespace hubcache::hub::csghub_parts {
namespace {

namespace dom = simdjson::dom;
using Shape = IndexRecord::Shape;

/// Returns the field's value. If a key is there twice, the later one counts, as in Python.
std::optional<dom::element> last(const dom::object& object, std::string_view key) {
  std::optional<dom::element> found;
  for (const auto& field : object) {
    if (field.key == key) found = field.value;
  }
  return found;
}

IndexRecord record_from(const dom::element& value) {
  dom::object object;
  if (value.get(object)) return {"", "", Shape::no_path};
  const auto path = last(object, "Path"), revision = last(object, "Revision");
  std::string_view path_text, revision_text;
  if (!path) return {"", "", Shape::no_path};
  if (path->get(path_text)) return {"", "", Shape::other_path};
  if (!revision || revision->get(revision_text)) return {std::string(path_text), "", Shape::other_revision};
  return {std::string(path_text), std::string(revision_text), object.size() == 2 ? Shape::plain : Shape::extra_key};
}

/// Models FileSystemCache.load_cache of 0.9.3: a file that is not JSON counts as an empty index. JSON that is not a
/// list makes the client raise an exception at each file.
Result<std::vector<IndexRecord>> read_json(std::string_view bytes) {
  std::vector<IndexRecord> records;
  dom::parser parser;
  dom::element root;
  if (bytes.starts_with("\xEF\xBB\xBF") || parser.parse(bytes.data(), bytes.size()).get(root)) return records;
  dom::array list;
  if (root.get(list)) {
    records.push_back({"", "", Shape::no_path});
    return records;
  }
  records.reserve(list.size());
  for (const dom::element& item : list) records.push_back(record_from(item));
  return records;
}

std::string quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Writes the bytes of json.dump(…, ensure_ascii=False).
std::string write_json(const View& view, const RecordEdits& edits) {
  std::string text = "[";
  for (const pickle::Record& record : msc::edited_records(view, edits)) {
    if (text.size() > 1) text += ", ";
    text += "{\"Path\": " + quoted(record.path) + ", \"Revision\": " + quoted(record.revision) + "}";
  }
  return text + "]";
}

std::string_view no_remark(const View&) { return ""; }

/// Recognizes the first byte of a pickle of protocol 2 or later, which JSON never has.
const Index* format_of(std::string_view bytes) { return bytes.starts_with('\x80') ? &pickle_index : &json_index; }

/// An index that is neither a pickle nor a JSON list does not tell its version.
const Index* format_unless_json(std::string_view bytes) {
  return bytes.find_first_not_of(" \t\r\n") != bytes.npos && bytes[bytes.find_first_not_of(" \t\r\n")] == '['
             ? &json_index
             : &pickle_index;
}

}  // namespace

const Index json_index{".msc", RecordedAs::asked_revision, read_json, write_json, no_remark, format_of};
const Index unknown_index = json_index;
const Index pickle_index{".msc",    RecordedAs::asked_revision, msc::read_index, msc::edited_index,
                         no_remark, format_unless_json};

std::string_view versions_with(const Index& index) {
  return &index == &pickle_index ? translated("csghub-sdk before 0.9.2") : translated("csghub-sdk 0.9.2 and later");
}

std::string_view other_versions_with(const Index& index) {
  return &index == &pickle_index ? translated("later versions start with an empty index and download all files")
                                 : translated("earlier versions raise UnpicklingError");
}

}  // namespace hubcache::hub::csghub_parts
