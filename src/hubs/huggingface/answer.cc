#include "hubs/huggingface/answer.h"

#include "base/language.h"
#include "base/try.h"
#include "hub/json.h"
#include "hub/lfs_entry.h"

namespace hubcache::hub {
namespace {

namespace dom = json::dom;

Entry::Kind kind_of(std::string_view type) {
  if (type == "file") return Entry::Kind::file;
  return type == "directory" ? Entry::Kind::folder : Entry::Kind::unknown;
}

Result<Entry> read_line(const dom::element& line) {
  dom::object object;
  if (line.get(object)) return json::unusable(say("a list with items that are not objects"));
  Entry entry;
  entry.path = TRY(json::text_of(object, "path"));
  entry.kind = kind_of(TRY(json::text_of(object, "type")));
  if (entry.kind != Entry::Kind::file) return entry;
  entry.sha = json::sha_of(object, "oid");
  const auto size = json::number_of(object, "size");
  if (!entry.sha) return json::wrong("oid");
  if (!size) return json::wrong("size");
  entry.size = *size;
  TRY(read_lfs(object, "oid", entry));
  return entry;
}

}  // namespace

Result<ObjectId> read_commit_of_info(const std::string& body) {
  dom::parser parser;
  const auto commit = json::sha_of(TRY(json::parse_object(parser, body)), "sha");
  if (!commit || commit->str().size() != 40) return json::wrong("sha");
  return *commit;
}

std::string read_id_of_info(const std::string& body) {
  dom::parser parser;
  const auto object = json::parse_object(parser, body);
  const auto text = object ? json::text_of(*object, "id") : Result<std::string>(object.error());
  const auto id = text ? RepoId::parse(*text) : Result<RepoId>(text.error());
  return id ? id->str() : "";
}

Result<std::vector<Entry>> read_huggingface_page(const std::string& body) {
  dom::parser parser;
  dom::array list;
  if (TRY(json::parse(parser, body)).get(list)) return json::unusable(say("JSON that is not a tree listing"));
  std::vector<Entry> entries;
  entries.reserve(list.size());
  for (const dom::element& line : list) entries.push_back(TRY(read_line(line)));
  return entries;
}

std::string read_huggingface_error(const std::string& body) {
  dom::parser parser;
  const auto object = json::parse_object(parser, body);
  const auto message = object ? json::text_of(*object, "error") : Result<std::string>(object.error());
  return message ? *message : "";
}

std::string next_page_in(const std::string& link) {
  for (std::size_t start = link.find('<'); start != link.npos; start = link.find('<', start)) {
    const auto end = link.find('>', start);
    if (end == link.npos) return "";
    const auto parameters = link.substr(end, link.find(',', end) - end);
    if (parameters.find("rel=\"next\"") != parameters.npos) return link.substr(start + 1, end - start - 1);
    start = end;
  }
  return "";
}

}  // namespace hubcache::hub
