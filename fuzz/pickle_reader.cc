// Feeds any bytes to the pickle reader. If it reads an index, writing and reading it again must give the same index.
#include <optional>
#include <string>
#include <vector>

#include "harness.h"
#include "pickle/reader.h"
#include "pickle/text.h"
#include "pickle/writer.h"

namespace hubcache::fuzz {
namespace {

using namespace pickle;

/// Returns path and revision if the value is a plain index record.
std::optional<Record> record_of(const Value& value) {
  const auto* dict = std::get_if<Dict>(&value.data);
  if (!dict || dict->size() != 2) return std::nullopt;
  const auto text = [](const Value& part) { return std::get_if<std::string>(&part.data); };
  const auto &path = (*dict)[0], &revision = (*dict)[1];
  if (!text(path.key) || *text(path.key) != "Path" || !text(path.value)) return std::nullopt;
  if (!text(revision.key) || *text(revision.key) != "Revision" || !text(revision.value)) return std::nullopt;
  return Record{*text(path.value), *text(revision.value)};
}

/// Returns the number of items if read_list() accepts the value as a list, which by its contract includes a tuple and
/// an empty dict.
std::optional<std::size_t> count_of_list(const Value& value) {
  if (const auto* list = std::get_if<List>(&value.data)) return list->size();
  if (const auto* tuple = std::get_if<Tuple>(&value.data)) return tuple->items.size();
  if (const auto* dict = std::get_if<Dict>(&value.data); dict && dict->empty()) return 0;
  return std::nullopt;
}

void check_written(const std::vector<Record>& records) {
  const auto again = read(write_index(records));
  require(again.has_value());
  const auto& list = std::get<List>(again->data);
  require(list.size() == records.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto record = record_of(list[i]);
    require(record && record->path == records[i].path && record->revision == records[i].revision);
  }
}

void check_index(const Value& value) {
  const auto* list = std::get_if<List>(&value.data);
  if (!list) return;
  std::vector<Record> records;
  for (const Value& item : *list) {
    if (const auto record = record_of(item)) records.push_back(*record);
  }
  for (const Record& record : records) {
    require(is_utf8_with_surrogates(record.path) && is_utf8_with_surrogates(record.revision));
  }
  check_written(records);
}

}  // namespace

void take(std::string_view input) {
  const auto value = read(input);
  if (value) check_index(*value);
  std::size_t items = 0;
  const auto given = read_list(input, [&](const Value&) { ++items; });
  if (value) require(given.has_value() == count_of_list(*value).has_value());
  if (value && given) require(items == *count_of_list(*value));
}

}  // namespace hubcache::fuzz
