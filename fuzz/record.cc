// Loads any bytes as a record.jsonl, as one's own and as another user's. A record that can be loaded is the same after
// it was saved.
#include <algorithm>
#include <filesystem>
#include <string_view>

#include "harness.h"
#include "record/record.h"

namespace hubcache::fuzz {
namespace {

using std::filesystem::perms;

void check(const record::Record& record) {
  require(record.folder.is_absolute() && !record.revisions.empty());
  require(
      std::ranges::is_sorted(record.entries, {}, [](const record::Entry& entry) { return entry.location().str(); }));
  for (const record::Entry& entry : record.entries) {
    require(record.find(entry.location().str()) == &entry);
    for (const record::ExactId& id : entry.exact) require(id.revision < record.revisions.size());
  }
  const auto folder = scratch_folder() / "again";
  require(record::save(folder, record).has_value());
  require(record::is_saved(folder, record).value_or(false));
  const auto again = record::load(folder, record::Trust::own);
  require(again && *again);
  require(record::is_saved(folder, **again).value_or(false));
}

}  // namespace

void take(std::string_view input) {
  const auto folder = scratch_folder() / "record", file = folder / record::file_name;
  write(file, input);
  std::filesystem::create_directories(scratch_folder() / "again");
  std::filesystem::permissions(file, perms::owner_read | perms::owner_write);
  const auto header = record::load_header(folder, record::Trust::own);
  const auto loaded = record::load(folder, record::Trust::own);
  if (loaded) {
    require(header && *header && *loaded);
    check(**loaded);
  }
  std::filesystem::permissions(file, perms::owner_read | perms::owner_write | perms::others_write);
  require(!record::load(folder, record::Trust::own).has_value());
  const auto foreign = record::load(folder, record::Trust::anybody);
  if (foreign) require(loaded.has_value());
}

}  // namespace hubcache::fuzz
