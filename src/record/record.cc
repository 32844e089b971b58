#include "record/record.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "record/origin.h"

namespace hubcache::record {
namespace {

using nlohmann::json;

constexpr int schema = 1;
constexpr std::uint64_t largest = 2ull << 30;
constexpr std::uint64_t largest_foreign = 64 << 20;

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
  throw std::runtime_error("invalid phase: " + text);
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

/// Metadata of the client is bytes: kept as hex, since JSON has only UTF-8.
std::string from_hex(const std::string& text) {
  if (text.size() % 2 != 0) throw std::runtime_error("invalid hex");
  if (text.find_first_not_of("0123456789abcdef") != text.npos) throw std::runtime_error("invalid hex");
  return hubcache::from_hex(text);
}

/// The library takes true, 1.5 and -1 for numbers of any kind, and cuts off what is too large.
template <class Number>
Number number_from(const json& value) {
  const bool is_negative = value.is_number_integer() && !value.is_number_unsigned();
  if (!value.is_number_integer() || (is_negative && !std::in_range<Number>(value.get<std::int64_t>())) ||
      (!is_negative && !std::in_range<Number>(value.get<std::uint64_t>())))
    throw std::runtime_error("a number is invalid or out of range");
  return value.get<Number>();
}

json stamp_to_json(const FileStamp& stamp) { return {stamp.inode, stamp.size, stamp.mtime, stamp.ctime}; }

FileStamp stamp_from_json(const json& value) {
  if (value.size() != 4) throw std::runtime_error("a file's stamp is invalid");
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

/// A name in the place that is not UTF-8, which JSON cannot hold, is an object with its bytes.
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
  if (!record.unreleased.empty()) header["unreleased"] = names_to_json(record.unreleased);
  return header;
}

Record header_from_json(const json& value) {
  if (value.at("schema") != schema) throw std::runtime_error("its schema is not " + std::to_string(schema));
  Record record;
  record.phase = parse_phase(value.at("phase"));
  record.target = value.at("target");
  record.type = checked(parse_repo_type(value.at("type").get<std::string>()));
  record.repo_id = checked(RepoId::parse(value.at("repo").get<std::string>())).str();
  record.folder = value.at("folder").get<std::string>();
  record.in_place = value.at("in_place");
  record.folder_id = {value.at("folder_id").at(0), value.at("folder_id").at(1)};
  record.folder_before = value.at("folder_before").get<std::string>();
  record.pin = value.at("pin");
  if (!value.at("link").is_null()) record.link = parse_link(value.at("link"));
  record.adopted_at = value.at("adopted_at");
  for (const json& revision : value.at("revisions")) {
    const json hub_only = revision.size() > 2 ? revision[2] : json::array();  // before 0.1.0 it had no list of its own
    const std::string hub = revision.size() > 3 ? revision[3].get<std::string>() : "";  // before 0.1.0 it had none
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
  record.index_merged = value.value("index_merged", false);  // before 0.1.0 it was not there
  if (value.contains("place_link")) record.place_link = stamp_from_json(value["place_link"]);
  if (value.contains("unreleased")) record.unreleased = names_from_json(value["unreleased"]);
  return record;
}

json entry_to_json(const Entry& entry) {
  json exact = json::array();
  for (const ExactId& id : entry.exact) exact.push_back({id.revision, id.synthetic, id.sha.str()});
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
  if (value.contains("placed_at")) entry.placed_at = value["placed_at"].get<std::int64_t>();
  if (value.contains("staged")) entry.staged = staged_from_json(value["staged"]);
  if (value.contains("displaced")) entry.displaced = stamp_from_json(value["displaced"]);
  entry.retiring = value.value("retiring", false);
  for (const json& id : value.at("exact")) {
    entry.exact.push_back(
        {number_from<std::uint16_t>(id.at(0)), id.at(1), checked(ObjectId::parse(id.at(2).get<std::string>()))});
  }
  if (value.contains("outdated")) entry.outdated = value["outdated"].get<std::vector<std::string>>();
  if (value.contains("had")) entry.had = value["had"].get<std::vector<std::string>>();
  if (value.contains("location")) entry.elsewhere = checked(RelPath::parse(value["location"].get<std::string>()));
  return entry;
}

void require(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(what);
}

void check_header(const Record& record) {
  require(record.folder.is_absolute(), "its folder is not an absolute path");
  require(!record.revisions.empty(), "it has no revision");
  // They are joined to the place: one must not lead out of it.
  for (const auto& [name, bytes] : record.metadata_had)
    require(RelPath::parse(name).has_value(), "a metadata file's name is invalid");
  for (const auto& [name, bytes] : record.metadata_wrote)
    require(RelPath::parse(name).has_value(), "a metadata file's name is invalid");
}

void check_entry(const Record& record, const Entry& entry) {
  require(record.entries.empty() || record.entries.back().location() < entry.location(), "its files are not in order");
  require(!entry.exact.empty(), "a file has no id");
  for (const ExactId& id : entry.exact)
    require(id.revision < record.revisions.size(), "a file's revision is not in the record");
}

/// A text line by line, so that a large record never stands in memory as one JSON document.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  bool at_end() const { return rest_.empty(); }
  int number() const { return number_; }  ///< of the line that was taken last

  json take() {
    const auto end = std::min(rest_.find('\n'), rest_.size());
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++number_;
    return json::parse(line);
  }

 private:
  std::string_view rest_;
  int number_ = 0;
};

Record parse_header(Lines& lines) {
  require(!lines.at_end(), "it is empty");
  Record record = header_from_json(lines.take());
  check_header(record);
  return record;
}

Record parse(Lines& lines) {
  Record record = parse_header(lines);
  while (!lines.at_end()) {
    const json value = lines.take();
    if (value.contains("end")) {
      if (value["end"] != record.entries.size()) throw std::runtime_error("lines are missing");
      return record;
    }
    Entry entry = entry_from_json(value);
    check_entry(record, entry);
    record.entries.push_back(std::move(entry));
  }
  throw std::runtime_error("its end is missing");
}

bool holds_anything(const std::filesystem::path& folder) {
  std::error_code problem;
  return std::filesystem::exists(folder, problem) && !std::filesystem::is_empty(folder, problem);
}

/// Nothing is done without a record, and only the user can say what is to become of a damaged one.
Error unreadable(const std::filesystem::path& file, const std::string& why) {
  std::string hint = "your own files are unchanged";
  const auto folder = file.parent_path();
  if (holds_anything(folder / "displaced"))
    hint += "; the previous files of the cache folder are in " + in_quotes((folder / "displaced").native());
  if (holds_anything(folder / "originals"))
    hint += "; second links to your files are in " + in_quotes((folder / "originals").native());
  return {ErrorCode::failed, "cannot read the adoption record " + in_quotes(file.native()) + ": " + why,
          hint +
              ". If a newer hubcache wrote the record, use that version; else move the record away and run hubcache "
              "adopt again, which keeps existing files"};
}

using Reader = Result<std::string> (*)(const fs::Source&, const std::filesystem::path&, std::uint64_t);

template <class Parse>
Result<std::optional<Record>> load_by(const Parse& parse, Reader read, const std::filesystem::path& folder,
                                      const OpenedRecord& opened, Trust trust) {
  const auto file = folder / file_name;
  if (!opened.file) return std::nullopt;
  const bool is_foreign = !opened.objection.empty();
  if (is_foreign && trust == Trust::own) return foreign_record(folder, opened.objection);
  const std::string text = TRY(read(*opened.file, file, is_foreign ? largest_foreign : largest));
  Lines lines(text);  // NOLINT(misc-const-correctness): it does not know what `parse` does to it
  try {
    return parse(lines);
  } catch (const json::exception&) {
    return unreadable(file, "line " + std::to_string(lines.number()) + " is damaged or truncated");
  } catch (const std::exception& problem) {
    return unreadable(file, printable(problem.what()));
  }
}

}  // namespace

const Entry* Record::find(std::string_view location) const {
  const auto found = std::ranges::lower_bound(
      entries, location, {}, [](const Entry& entry) { return std::string_view(entry.location().str()); });
  return found != entries.end() && found->location().str() == location ? &*found : nullptr;
}

const AdoptedRevision* Record::revision(std::string_view name) const {
  const auto found = std::ranges::find(revisions, name, &AdoptedRevision::name);
  return found == revisions.end() ? nullptr : &*found;
}

Result<std::optional<Record>> load(const std::filesystem::path& folder, Trust trust) {
  const auto opened = TRY(open_record(folder));
  return opened ? load_by(parse, fs::read_source, folder, *opened, trust) : std::optional<Record>();
}

Result<std::optional<Record>> load_header(const std::filesystem::path& folder, Trust trust) {
  const auto opened = TRY(open_record(folder));
  return opened ? load_header(folder, *opened, trust) : std::optional<Record>();
}

Result<std::optional<Record>> load_header(const std::filesystem::path& folder, const OpenedRecord& opened,
                                          Trust trust) {
  return load_by(parse_header, fs::read_first_line, folder, opened, trust);
}

Result<void> save(const std::filesystem::path& folder, const Record& record) {
  constexpr std::size_t piece = 256 << 10;
  const auto produce = [&](const fs::Put& put) -> Result<void> {
    std::string text = header_to_json(record).dump() + "\n";
    for (const Entry& entry : record.entries) {
      text += entry_to_json(entry).dump() + "\n";
      if (text.size() < piece) continue;
      TRY(put(text));
      text.clear();
    }
    return put(text + json{{"end", record.entries.size()}}.dump() + "\n");
  };
  try {
    return fs::write_own_file(folder / file_name, produce);
  } catch (const json::exception&) {
    return Error{ErrorCode::failed, "the folder's path " + in_quotes(record.folder.native()) + " is not UTF-8",
                 "move the folder to a path that is UTF-8"};
  }
}

}  // namespace hubcache::record
