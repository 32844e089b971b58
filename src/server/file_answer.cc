#include "server/file_answer.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace hubcache::server {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = failure == std::errc() && stop == text.data() + text.size() && !text.empty();
  return is_whole ? std::optional(value) : std::nullopt;
}

enum class Asked { whole, part, nothing_there };

/// Parses "bytes=0-499", "bytes=500-" or "bytes=-500". Ignores other values, as RFC 9110 requires.
Asked asked_span(std::string_view range, std::uint64_t size, Part& span) {
  if (!range.starts_with("bytes=")) return Asked::whole;
  range.remove_prefix(6);
  const auto dash = range.find('-');
  if (dash == range.npos) return Asked::whole;
  const auto first = number(range.substr(0, dash)), last = number(range.substr(dash + 1));
  if (dash == 0) {
    if (!last) return Asked::whole;
    span.length = std::min(*last, size);
    span.first = size - span.length;
    return span.length > 0 ? Asked::part : Asked::nothing_there;
  }
  const bool has_last = dash + 1 < range.size();
  if (!first || (has_last && !last) || (last && *last < *first)) return Asked::whole;
  if (*first >= size) return Asked::nothing_there;
  span.first = *first;
  span.length = std::min(last.value_or(size - 1), size - 1) - *first + 1;
  return Asked::part;
}

/// Whether the value of If-None-Match, a list of tags or "*", contains the tag.
bool lists(std::string_view tags, const std::string& etag) { return tags == "*" || tags.find(etag) != tags.npos; }

}  // namespace

ETag etag_of(const FileStamp& stamp, const std::string& sha256) {
  if (!sha256.empty()) return {'"' + sha256 + '"'};
  return {fmt::format("\"{:x}-{:x}-{:x}-{:x}\"", stamp.inode, stamp.size, stamp.mtime, stamp.ctime)};
}

PartialAnswer partial_answer(const Request& request, std::uint64_t size, const ETag& etag, const std::string& headers) {
  Answer answer;
  answer.headers = headers + fmt::format("ETag: {}\r\nAccept-Ranges: bytes\r\n", etag.text);
  if (const auto known = request.header("If-None-Match");
      etag.names_state && !known.empty() && lists(known, etag.text)) {
    answer.status = 304;
    return {std::move(answer), std::nullopt};
  }
  const auto condition = request.header("If-Range");
  Part span{0, size};
  const bool is_met = condition.empty() || (etag.names_state && condition == etag.text);
  const bool takes_range = request.method == "GET" && is_met;
  const Asked asked = takes_range ? asked_span(request.header("Range"), size, span) : Asked::whole;
  if (asked == Asked::nothing_there) {
    answer.status = 416;
    answer.headers += fmt::format("Content-Range: bytes */{}\r\n", size);
    return {std::move(answer), std::nullopt};
  }
  if (asked == Asked::part) {
    answer.status = 206;
    answer.headers += fmt::format("Content-Range: bytes {}-{}/{}\r\n", span.first, span.first + span.length - 1, size);
  }
  return {std::move(answer), span};
}

Answer file_answer(const Request& request, OpenFile open, const ETag& etag, const std::string& headers) {
  auto [answer, part] = partial_answer(request, open.state.stamp.size, etag, headers);
  if (part) answer.file = FileBody{std::move(open.file), open.state.stamp, part->first, part->length};
  return std::move(answer);
}

}  // namespace hubcache::server
