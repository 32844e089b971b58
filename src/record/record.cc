#include "record/record.h"

#include <algorithm>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/sync_names.h"
#include "record/origin.h"
#include "record/record_json.h"

namespace hubcache::record {
namespace {

using nlohmann::json;

constexpr std::uint64_t largest_record = 2ull << 30;
constexpr std::uint64_t largest_foreign_record = 64 << 20;

void require(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(std::string(translated(what)));
}

void check_header(const Record& record) {
  require(record.folder.is_absolute(), marked("its folder is not an absolute path"));
  require(!record.revisions.empty(), marked("it has no revision"));
  // These names are appended to the place's path, so they must not lead out of the place.
  for (const auto& [name, bytes] : record.metadata_had)
    require(RelPath::parse(name).has_value(), marked("a metadata file's name is invalid"));
  for (const auto& [name, bytes] : record.metadata_wrote)
    require(RelPath::parse(name).has_value(), marked("a metadata file's name is invalid"));
}

void check_entry(const Record& record, const Entry& entry) {
  require(record.entries.empty() || record.entries.back().location() < entry.location(),
          marked("its files are not in order"));
  require(!entry.exact.empty(), marked("a file has no id"));
  for (const ExactId& id : entry.exact)
    require(id.revision < record.revisions.size(), marked("a file's revision is not in the record"));
}

/// Throws if a line of another user's record is nested more deeply than any line that hubcache writes: parsing such a
/// line takes many times its size in memory.
void check_depth(std::string_view line) {
  constexpr int deepest = 4;
  int depth = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (is_in_string && c == '\\') ++i;
    else if (c == '"') is_in_string = !is_in_string;
    else if (!is_in_string && (c == '[' || c == '{')) require(++depth <= deepest, marked("it is nested too deeply"));
    else if (!is_in_string && (c == ']' || c == '}')) --depth;
  }
}

/// Parses a text line by line, so that a large record is never in memory as one JSON document.
class Lines {
 public:
  Lines(std::string_view text, bool is_foreign) : rest_(text), is_foreign_(is_foreign) {}
  bool at_end() const { return rest_.empty(); }
  int number() const { return number_; }  ///< number of the last line that take() returned

  json take() {
    const auto end = std::min(rest_.find('\n'), rest_.size());
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++number_;
    if (is_foreign_) check_depth(line);
    return json::parse(line);
  }

 private:
  std::string_view rest_;
  bool is_foreign_;
  int number_ = 0;
};

Record parse_header(Lines& lines) {
  require(!lines.at_end(), marked("it is empty"));
  Record record = header_from_json(lines.take());
  check_header(record);
  return record;
}

Record parse(Lines& lines) {
  Record record = parse_header(lines);
  while (!lines.at_end()) {
    const json value = lines.take();
    if (value.contains("end")) {
      if (value["end"] != record.entries.size()) throw std::runtime_error(say("lines are missing"));
      return record;
    }
    Entry entry = entry_from_json(value);
    check_entry(record, entry);
    record.entries.push_back(std::move(entry));
  }
  throw std::runtime_error(say("its end is missing"));
}

bool holds_anything(const std::filesystem::path& folder) {
  std::error_code problem;
  return std::filesystem::exists(folder, problem) && !std::filesystem::is_empty(folder, problem);
}

/// Returns the Error for a damaged record. hubcache changes nothing then: the user decides what to do with the record.
Error unreadable(const std::filesystem::path& file, const std::string& why) {
  std::string hint = say("your own files are unchanged");
  const auto folder = file.parent_path();
  if (holds_anything(folder / "displaced"))
    hint += say("; the previous files of the cache folder are in {}", in_quotes((folder / "displaced").native()));
  if (holds_anything(folder / "originals"))
    hint += say("; second links to your files are in {}", in_quotes((folder / "originals").native()));
  return {ErrorCode::failed, say("cannot read the adoption record {}: {}", in_quotes(file.native()), why),
          say("{}. If a newer hubcache wrote the record, use that version; else move the record away and run hubcache "
              "adopt again, which keeps existing files",
              hint)};
}

using Reader = Result<std::string> (*)(const fs::Source&, const std::filesystem::path&, std::uint64_t);

template <class Parse>
Result<std::optional<Record>> load_by(const Parse& parse, Reader read, const std::filesystem::path& folder,
                                      const OpenedRecord& opened, Trust trust) {
  const auto file = folder / file_name;
  if (!opened.file) return std::nullopt;
  const bool is_foreign = !opened.objection.empty();
  if (is_foreign && trust == Trust::own) return foreign_record(folder, opened.objection);
  const std::string text = TRY(read(*opened.file, file, is_foreign ? largest_foreign_record : largest_record));
  Lines lines(text, is_foreign);  // NOLINT(misc-const-correctness): it does not know what `parse` does to it
  try {
    return parse(lines);
  } catch (const json::exception&) {
    return unreadable(file, say("line {} is damaged or truncated", std::to_string(lines.number())));
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

namespace {

/// Passes the record's bytes to `put`, piece by piece.
Result<void> produce(const Record& record, const fs::Put& put) {
  constexpr std::size_t piece = 256 << 10;
  std::string text = header_to_json(record).dump() + "\n";
  for (const Entry& entry : record.entries) {
    text += entry_to_json(entry).dump() + "\n";
    if (text.size() < piece) continue;
    TRY(put(text));
    text.clear();
  }
  return put(text + json{{"end", record.entries.size()}}.dump() + "\n");
}

}  // namespace

Result<void> save(const std::filesystem::path& folder, const Record& record) {
  TRY(fs::sync_names(folder));
  try {
    return fs::write_own_file(folder / file_name, [&](const fs::Put& put) { return produce(record, put); });
  } catch (const json::exception&) {
    return Error{ErrorCode::failed, say("the folder's path {} is not UTF-8", in_quotes(record.folder.native())),
                 say("move the folder to a path that is UTF-8")};
  }
}

Result<void> remove(const std::filesystem::path& folder) {
  TRY(fs::sync_names(folder));
  return fs::remove_file(folder / file_name);
}

Result<bool> is_saved(const std::filesystem::path& folder, const Record& record) {
  const std::string saved = TRY(fs::read_file(folder / file_name, largest_record));
  std::string_view rest = saved;
  bool is_same = true;
  TRY(produce(record, [&](std::string_view bytes) -> Result<void> {
    is_same = is_same && rest.starts_with(bytes);
    if (is_same) rest.remove_prefix(bytes.size());
    return {};
  }));
  return is_same && rest.empty();
}

}  // namespace hubcache::record
