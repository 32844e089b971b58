#include "server/response_head.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "base/try.h"
#include "server/message.h"

namespace hubcache::server {
namespace {

constexpr std::size_t most_bytes = 64 << 10;
constexpr unsigned first_final = 200, last_valid = 599, switching_protocols = 101;

Error invalid(const std::string& why) { return {ErrorCode::hub, "its response is not valid HTTP: " + why, ""}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether the text is a token (RFC 9110, 5.6.2).
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

/// Whether the text contains no control character except the tab: a client may treat a CR as the end of the line, and a
/// NUL as the end of the header.
bool is_field_value(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F); });
}

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view trimmed(std::string_view text) {
  const auto start = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(start, text.find_last_not_of(" \t") + 1 - start);
}

template <class Take>
void for_each_element(std::string_view list, const Take& take) {
  for (std::size_t start = 0; start <= list.size();) {
    const auto end = std::min(list.find(',', start), list.size());
    take(trimmed(list.substr(start, end - start)));
    start = end + 1;
  }
}

std::optional<std::uint64_t> number_of(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [stop, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || failure != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  return number;
}

}  // namespace

bool is_of_the_connection(std::string_view name) {
  static constexpr std::array<std::string_view, 12> names = {"Connection",
                                                             "Keep-Alive",
                                                             "Proxy-Connection",
                                                             "Proxy-Authorization",
                                                             "Proxy-Authenticate",
                                                             "TE",
                                                             "Trailer",
                                                             "Transfer-Encoding",
                                                             "Upgrade",
                                                             "Host",
                                                             "Content-Length",
                                                             "Expect"};
  return std::ranges::any_of(names, [&](std::string_view known) { return same_word(name, known); });
}

void NominatedFields::add(std::string_view connection_value) {
  for_each_element(connection_value, [&](std::string_view name) { names_.emplace_back(name); });
}

bool NominatedFields::contains(std::string_view name) const {
  return std::ranges::any_of(names_, [&](const std::string& listed) { return same_word(listed, name); });
}

Result<void> ResponseHead::take_line(std::string_view line) {
  bytes_ += line.size();
  if (bytes_ > most_bytes) return invalid("its header is longer than " + human_size(most_bytes));
  line = without_line_end(line);
  if (!has_status_) return take_status(line);
  return line.empty() ? end() : take_field(line);
}

/// Parses a status line such as "HTTP/1.1 200 OK". The reason is not sent on.
Result<void> ResponseHead::take_status(std::string_view line) {
  const bool is_valid = line.size() >= 12 && line.starts_with("HTTP/1.") && is_digit(line[7]) && line[8] == ' ' &&
                        std::ranges::all_of(line.substr(9, 3), is_digit) && (line.size() == 12 || line[12] == ' ');
  if (!is_valid) return invalid("status line " + in_quotes(line));
  status_ = static_cast<unsigned>(*number_of(line.substr(9, 3)));
  if (status_ < 100 || status_ > last_valid) return invalid("status " + std::to_string(status_));
  if (status_ == switching_protocols) return invalid("status 101, though no other protocol was asked for");
  fields_.clear();
  nominated_ = {};
  length_.reset();
  is_encoded_ = false;
  has_status_ = true;
  return {};
}

/// Parses a header line. Rejects a space before the colon, and a line that continues the previous one, because programs
/// parse them differently.
Result<void> ResponseHead::take_field(std::string_view line) {
  const auto colon = std::min(line.find(':'), line.size());
  const std::string_view name = line.substr(0, colon), value = trimmed(line.substr(std::min(colon + 1, line.size())));
  if (colon == line.size() || !is_token(name)) return invalid("header line " + in_quotes(line));
  if (!is_field_value(value)) return invalid("control characters in the header " + in_quotes(name));
  if (same_word(name, "Content-Length")) return take_length(value);
  if (same_word(name, "Transfer-Encoding")) is_encoded_ = true;
  if (same_word(name, "Connection")) nominated_.add(value);
  if (!is_of_the_connection(name)) fields_.emplace_back(name, value);
  return {};
}

/// Parses Content-Length. The same length may occur several times, also as a list (RFC 9110, 8.6).
Result<void> ResponseHead::take_length(std::string_view value) {
  bool is_valid = true;
  for_each_element(value, [&](std::string_view element) {
    const auto length = number_of(element);
    is_valid = is_valid && length && (!length_ || *length_ == *length);
    length_ = length;
  });
  if (!is_valid) return invalid("Content-Length " + in_quotes(value));
  return {};
}

Result<void> ResponseHead::end() {
  has_status_ = false;  // after an interim response another one follows
  is_complete_ = status_ >= first_final;
  return {};
}

std::vector<std::pair<std::string, std::string>> ResponseHead::fields() const {
  std::vector<std::pair<std::string, std::string>> kept;
  std::ranges::copy_if(fields_, std::back_inserter(kept),
                       [&](const auto& field) { return !nominated_.contains(field.first); });
  return kept;
}

/// Transfer-Encoding overrides Content-Length (RFC 9112, 6.3), which then does not describe the body.
std::optional<std::uint64_t> ResponseHead::length() const { return is_encoded_ ? std::nullopt : length_; }

}  // namespace hubcache::server
