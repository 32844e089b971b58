#include "local_hub/page_parts.h"

#include <ctime>

#include <fmt/format.h>

#include "base/text.h"

namespace hubcache::local_hub {
namespace {

constexpr const char* unknown = "–";

}  // namespace

Html table_row(std::initializer_list<Html> cells) {
  Html row;
  for (const Html& one : cells) row += one;
  return element("tr", row);
}

Html table(std::initializer_list<Html> head, const Html& rows) {
  return element("div", {{"class", "wide"}},
                 element("table", element("thead", table_row(head)) + element("tbody", rows)));
}

Html head_cell(const std::string& name, bool is_number) {
  Attributes attributes{{"scope", "col"}};
  if (is_number) attributes.emplace_back("class", "number");
  return element("th", attributes, text(name));
}

Html cell(const Html& content) { return element("td", content); }
Html number_cell(const std::string& value) { return element("td", {{"class", "number"}}, text(value)); }

std::string shown(std::optional<std::uint64_t> number) {
  if (!number) return unknown;
  std::string digits = std::to_string(*number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string shown_size(std::optional<std::uint64_t> bytes) { return bytes ? human_size(*bytes) : unknown; }

std::string shown_time(std::int64_t time) {
  const std::time_t seconds = time;
  std::tm parts{};
  if (time <= 0 || !gmtime_r(&seconds, &parts)) return unknown;
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} UTC", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min);
}

Html commands(std::initializer_list<std::string> lines) {
  std::string all;
  for (const std::string& line : lines) {
    if (!line.empty()) all += line + "\n";
  }
  return element("pre", element("code", text(all)));
}

}  // namespace hubcache::local_hub
