#include "hubs/modelscope/answer.h"

#include <algorithm>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "hub/json.h"

namespace hubcache::hub {
namespace {

namespace dom = json::dom;

/// Returns `Data` of a success.
Result<dom::object> data_of(dom::parser& parser, const std::string& body) {
  const dom::object object = TRY(json::parse_object(parser, body));
  const auto code = json::number_of(object, "Code");
  if (!code) return json::wrong("Code");
  const auto message = json::optional_text_of(object, "Message");
  if (*code != 200) {
    const std::string text = message ? printable(message->value_or("")) : "";
    return json::unusable(say("an error: code {}{}", std::to_string(*code), (text.empty() ? "" : " " + text)));
  }
  dom::object data;
  if (object["Data"].get(data)) return json::wrong("Data");
  return data;
}

/// A digest in capitals fails in every client, so it counts as unknown.
std::optional<ObjectId> sha256_of(const dom::object& object) {
  auto digest = json::sha_of(object, "Sha256");
  return digest && digest->str().size() == 64 ? digest : std::nullopt;
}

Result<Entry> read_entry(const dom::element& line) {
  dom::object object;
  if (line.get(object)) return json::unusable(say("a list with items that are not objects"));
  Entry entry;
  entry.path = TRY(json::text_of(object, "Path"));
  entry.kind = TRY(json::text_of(object, "Type")) == "tree" ? Entry::Kind::folder : Entry::Kind::file;
  if (entry.kind == Entry::Kind::folder) return entry;
  entry.sha = json::sha_of(object, "Revision");
  const auto size = json::number_of(object, "Size");
  if (!entry.sha) return json::wrong("Revision");
  if (!size) return json::wrong("Size");
  entry.size = *size;
  entry.lfs_sha256 = sha256_of(object);
  return entry;
}

Result<std::vector<std::string>> names_in(const dom::object& map, const char* field) {
  std::vector<std::string> names;
  dom::array list;
  if (map[field].get(list)) return names;  // null if there are none
  for (const dom::element& line : list) {
    dom::object object;
    if (line.get(object)) return json::wrong(field);
    names.push_back(TRY(json::text_of(object, "Revision")));
  }
  return names;
}

}  // namespace

Result<std::vector<Entry>> read_modelscope_files(const std::string& body) {
  dom::parser parser;
  const dom::object data = TRY(data_of(parser, body));
  dom::element value;
  std::vector<Entry> entries;
  if (data["Files"].get(value)) return json::wrong("Files");
  if (value.is_null()) return entries;
  dom::array list;
  if (value.get(list)) return json::wrong("Files");
  entries.reserve(list.size());
  for (const dom::element& line : list) entries.push_back(TRY(read_entry(line)));
  return entries;
}

Result<ModelScopeRevisions> read_modelscope_revisions(const std::string& body) {
  dom::parser parser;
  const dom::object data = TRY(data_of(parser, body));
  dom::object map;
  if (data["RevisionMap"].get(map)) return json::wrong("RevisionMap");
  return ModelScopeRevisions{TRY(names_in(map, "Branches")), TRY(names_in(map, "Tags"))};
}

std::string read_modelscope_message(const std::string& body) {
  dom::parser parser;
  const auto object = json::parse_object(parser, body);
  const auto message = object ? json::text_of(*object, "Message") : Result<std::string>(object.error());
  return message ? *message : "";
}

}  // namespace hubcache::hub
