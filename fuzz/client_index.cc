// Reads any bytes as the index of each client (pickles and JSON), edits it, and reads it again. Reads the same bytes as
// the jar of cookies in which ModelScope's client keeps its token.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness.h"
#include "hub/index.h"
#include "hub/view.h"
#include "hubs/modelscope/cookie_jar.h"
#include "hubs/registry.h"
#include "pickle/text.h"

namespace hubcache::fuzz {
namespace {

using namespace hub;
using Shape = IndexRecord::Shape;

std::set<const Index*> all_formats() {
  std::set<const Index*> formats;
  for (const Target* target : hubs::targets()) {
    const Index* index = target->rules.index();
    if (!index) continue;
    formats.insert(index);
    for (const char* bytes : {"\x80", "[", "(l."}) formats.insert(&index->for_bytes(bytes));
  }
  return formats;
}

View view_of(std::vector<IndexRecord> records) {
  View view;
  view.index = std::move(records);
  view.index_state = IndexState::good;
  view.sort_out_index();
  return view;
}

bool is_kept(const IndexRecord& record) { return record.shape == Shape::plain || record.shape == Shape::extra_key; }

bool has(const std::vector<IndexRecord>& records, const IndexRecord& wanted) {
  return std::ranges::any_of(records, [&](const IndexRecord& record) {
    return record.path == wanted.path && record.revision == wanted.revision;
  });
}

/// Only a text in UTF-8 has one form in every format.
bool is_text(const IndexRecord& record) {
  return record.path.find('\xED') == std::string::npos && record.revision.find('\xED') == std::string::npos;
}

void check(const Index& index, std::string_view bytes) {
  auto records = index.read(bytes);
  if (!records) return;
  const View view = view_of(*std::move(records));
  static_cast<void>(index.remark(view));
  require(view.first_stumbling_block() <= view.index.size());
  const std::string path = view.index.empty() ? "a" : view.index.front().path;
  const auto edit = [&](std::size_t) { return RecordEdit{path, {"", "1234"}, true, {"N/A"}}; };
  const auto again = index.read(index.edited(view, {1, edit}));
  require(again.has_value());
  for (const IndexRecord& record : *again) require(record.shape == Shape::plain);
  require(again->size() >= 2);
  for (const IndexRecord& record : view.index) {
    const bool is_removed = record.path == path && record.revision == "N/A";
    if (is_kept(record) && is_text(record) && !is_removed) require(has(*again, record));
  }
}

}  // namespace

void take(std::string_view input) {
  static const std::set<const Index*> formats = all_formats();
  require(formats.size() >= 3);
  for (const Index* index : formats) check(*index, input);
  static_cast<void>(token_in_jar(input, 1'700'000'000));
}

}  // namespace hubcache::fuzz
