#include "record/record_json.h"

#include <stdexcept>

#include "base/language.h"
#include "base/text.h"

namespace hubcache::record {
namespace {

using nlohmann::json;

constexpr int schema = 1;

std::string_view name_of(Phase phase) {
  switch (phase) {
    case Phase::staging: return "staging";
    case Phase::applying: return "applying";
    case Phase::done: return "done";
    case Phase::releasing: return "releasing";
  }
  return "";
}

Phase parse_phase(const std::string& text) {
  for (const Phase phase : {Phase::staging, Phase::applying, Phase::done, Phase::releasing}) {
    if (name_of(phase) == text) return phase;
  }
  throw std::runtime_error(say("invalid phase: {}", text));
}

LinkKind parse_link(const std::string& text) {
  if (text == hubcache::name_of(LinkKind::in_place)) return LinkKind::in_place;
  const auto kind = parse_link_kind(text);
  if (!kind) throw std::runtime_error(kind.error().message);
  return *kind;
}

template <class T>
T checked(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

/// Decodes hex. The client's metadata is arbitrary bytes, so it is stored as hex: JSON can contain only UTF-8.
std::string from_hex(const std::string& text) {
  if (text.size() % 2 != 0) throw std::runtime_error(say("invalid hex"));
  if (text.find_first_not_of("0123456789abcdef") != text.npos) throw std::runtime_error(say("invalid hex"));
  return hubcache::from_hex(text);
}

/// Converts a number strictly. The library would convert true, 1.5 and -1 to any number type, and truncate large
/// values.
template <class Number>
Number number_from(const json& value) {
  const bool is_negative = value.is_number_integer() && !value.is_number_unsigned();
  if (!value.is_number_integer() || (is_negative && !std::in_range<Number>(value.get<std::int64_t>())) ||
      (!is_negative && !std::in_range<Number>(value.get<std::uint64_t>())))
    throw std::runtime_error(say("a number is invalid or out of range"));
  return value.get<Number>();
}

json stamp_to_json(const FileStamp& stamp) { return {stamp.inode, stamp.size, stamp.mtime, stamp.ctime}; }

FileStamp stamp_from_json(const json& value) {
  if (value.size() != 4) throw std::runtime_error(say("a file's stamp is invalid"));
  FileStamp stamp;
  stamp.inode = number_from<decltype(stamp.inode)>(value.at(0));
  stamp.size = number_from<decltype(stamp.size)>(value.at(1));
  stamp.mtime = number_from<decltype(stamp.mtime)>(value.at(2));
  stamp.ctime = number_from<decltype(stamp.ctime)>(value.at(3));
  return stamp;
}

json staged_to_json(const Staged& staged) {
  return {stamp_to_json(staged.stamp), stamp_to_json(staged.source), hubcache::name_of(staged.link)};
}

Staged staged_from_json(const json& value) {
  return {stamp_from_json(value.at(0)), stamp_from_json(value.at(1)), parse_link(value.at(2))};
}

/// Writes names in the place as JSON. A name that is not UTF-8, which JSON cannot contain, becomes an object with hex.
json names_to_json(const std::vector<std::string>& names) {
  json list = json::array();
  for (const std::string& name : names) list.push_back(is_utf8(name) ? json(name) : json{{"hex", to_hex(name)}});
  return list;
}

std::vector<std::string> names_from_json(const json& list) {
  std::vector<std::string> names;
  names.reserve(list.size());
  for (const json& name : list) names.push_back(name.is_object() ? from_hex(name.at("hex")) : name.get<std::string>());
  return names;
}

}  // namespace

json header_to_json(const Record& record) {
  json revisions = json::array(), had = json::object(), wrote = json::object();
  for (const auto& revision : record.revisions) {
    revisions.push_back({revision.name, revision.version, revision.hub_only, revision.hub});
    if (revision.is_default) revisions.back().push_back(true);
  }
  for (const auto& [name, bytes] : record.metadata_had) had[name] = bytes ? json(to_hex(*bytes)) : json(nullptr);
  for (const auto& [name, versions] : record.metadata_wrote) {
    for (const std::string& bytes : versions) wrote[name].push_back(to_hex(bytes));
  }
  json header = {{"schema", schema},
                 {"phase", name_of(record.phase)},
                 {"target", record.target},
                 {"type", hubcache::name_of(record.type)},
                 {"repo", record.repo_id},
                 {"folder", record.folder.native()},
                 {"in_place", record.in_place},
                 {"folder_id", {record.folder_id.inode, record.folder_id.born}},
                 {"folder_before", record.folder_before.native()},
                 {"pin", record.pin},
                 {"link", record.link ? json(hubcache::name_of(*record.link)) : json(nullptr)},
                 {"include", record.include},
                 {"exclude", record.exclude},
                 {"adopted_at", record.adopted_at},
                 {"revisions", revisions},
                 {"place_existed", record.place_existed},
                 {"made_above", record.made_above},
                 {"folders_before", names_to_json(record.folders_before)},
                 {"index_wrote", record.index_wrote},
                 {"stayed", names_to_json(record.stayed)},
                 {"added", names_to_json(record.added)},
                 {"metadata_had", had},
                 {"metadata_wrote", wrote},
                 {"made_name_link", record.made_name_link},
                 {"index_merged", record.index_merged}};
  if (record.place_link) header["place_link"] = stamp_to_json(*record.place_link);
  for (const WorkingLink& link : record.working_links)
    header["working_links"].push_back({link.name.native(), link.made_parent});
  if (!record.unreleased.empty()) header["unreleased"] = names_to_json(record.unreleased);
  return header;
}

Record header_from_json(const json& value) {
  if (value.at("schema") != schema) throw std::runtime_error(say("its schema is not {}", std::to_string(schema)));
  Record record;
  record.phase = parse_phase(value.at("phase"));
  record.target = value.at("target");
  record.type = checked(parse_repo_type(value.at("type").get<std::string>()));
  record.repo_id = checked(RepoId::parse(value.at("repo").get<std::string>())).str();
  record.folder = value.at("folder").get<std::string>();
  record.in_place = value.at("in_place");
  const json& folder_id = value.at("folder_id");
  record.folder_id = {number_from<std::uint64_t>(folder_id.at(0)), number_from<std::int64_t>(folder_id.at(1))};
  record.folder_before = value.at("folder_before").get<std::string>();
  record.pin = value.at("pin");
  if (!value.at("link").is_null()) record.link = parse_link(value.at("link"));
  record.adopted_at = value.at("adopted_at");
  for (const json& revision : value.at("revisions")) {
    const json hub_only = revision.size() > 2 ? revision[2] : json::array();            // missing before 0.1.0
    const std::string hub = revision.size() > 3 ? revision[3].get<std::string>() : "";  // missing before 0.1.0
    const bool is_default = revision.size() > 4 && revision[4].get<bool>();
    record.revisions.push_back(
        {revision.at(0), revision.at(1), hub_only.get<std::vector<std::string>>(), hub, is_default});
  }
  record.place_existed = value.at("place_existed");
  if (value.contains("made_above")) record.made_above = number_from<std::uint32_t>(value["made_above"]);
  if (value.contains("folders_before")) record.folders_before = names_from_json(value["folders_before"]);
  record.include = value.at("include").get<std::vector<std::string>>();
  record.exclude = value.at("exclude").get<std::vector<std::string>>();
  record.index_wrote = value.at("index_wrote").get<std::vector<std::string>>();
  record.stayed = names_from_json(value.at("stayed"));
  record.added = names_from_json(value.at("added"));
  for (const auto& [name, bytes] : value.at("metadata_had").items()) {
    record.metadata_had[name] = bytes.is_null() ? std::nullopt : std::optional(from_hex(bytes));
  }
  for (const auto& [name, versions] : value.at("metadata_wrote").items()) {
    for (const std::string bytes : versions) record.metadata_wrote[name].push_back(from_hex(bytes));
  }
  record.made_name_link = value.at("made_name_link");
  record.index_merged = value.value("index_merged", false);  // missing before 0.1.0
  if (value.contains("place_link")) record.place_link = stamp_from_json(value["place_link"]);
  for (const json& link : value.value("working_links", json::array()))
    record.working_links.push_back({link.at(0).get<std::string>(), link.at(1)});
  if (value.contains("unreleased")) record.unreleased = names_from_json(value["unreleased"]);
  return record;
}

json entry_to_json(const Entry& entry) {
  json exact = json::array();
  for (const ExactId& id : entry.exact) {
    json line = {id.revision, id.synthetic, id.sha.str()};
    if (id.content) line.push_back(id.content->str());
    exact.push_back(std::move(line));
  }
  json value = {{"path", entry.path.str()},
                {"link", hubcache::name_of(entry.link)},
                {"source", stamp_to_json(entry.source)},
                {"exact", exact}};
  if (!entry.outside.empty()) value["outside"] = to_hex(entry.outside);
  if (entry.placed) value["placed"] = stamp_to_json(*entry.placed);
  if (entry.placed_at) value["placed_at"] = *entry.placed_at;
  if (entry.staged) value["staged"] = staged_to_json(*entry.staged);
  if (entry.displaced) value["displaced"] = stamp_to_json(*entry.displaced);
  if (entry.retiring) value["retiring"] = true;
  if (!entry.outdated.empty()) value["outdated"] = entry.outdated;
  if (!entry.had.empty()) value["had"] = entry.had;
  if (entry.elsewhere) value["location"] = entry.elsewhere->str();
  return value;
}

Entry entry_from_json(const json& value) {
  Entry entry{.path = checked(RelPath::parse(value.at("path").get<std::string>())),
              .link = parse_link(value.at("link")),
              .source = stamp_from_json(value.at("source"))};
  if (value.contains("outside")) entry.outside = from_hex(value["outside"]);
  if (value.contains("placed")) entry.placed = stamp_from_json(value["placed"]);
  if (value.contains("placed_at")) entry.placed_at = number_from<std::int64_t>(value["placed_at"]);
  if (value.contains("staged")) entry.staged = staged_from_json(value["staged"]);
  if (value.contains("displaced")) entry.displaced = stamp_from_json(value["displaced"]);
  entry.retiring = value.value("retiring", false);
  for (const json& id : value.at("exact")) {
    ExactId& exact = entry.exact.emplace_back(
        ExactId{number_from<std::uint16_t>(id.at(0)), id.at(1), checked(ObjectId::parse(id.at(2).get<std::string>()))});
    if (id.size() > 3) exact.content = checked(ObjectId::parse(id.at(3).get<std::string>()));
  }
  if (value.contains("outdated")) entry.outdated = value["outdated"].get<std::vector<std::string>>();
  if (value.contains("had")) entry.had = value["had"].get<std::vector<std::string>>();
  if (value.contains("location")) entry.elsewhere = checked(RelPath::parse(value["location"].get<std::string>()));
  return entry;
}

}  // namespace hubcache::record
