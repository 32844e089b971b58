#include "server/message.h"

#include <algorithm>
#include <ctime>

#include <fmt/compile.h>
#include <fmt/format.h>
#include <boost/beast/http/status.hpp>

namespace hubcache::server {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool same_word(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, lower, lower);
}

std::string_view Request::header(std::string_view name) const {
  const auto found = std::ranges::find_if(headers, [&](const auto& header) { return same_word(header.first, name); });
  return found == headers.end() ? std::string_view() : found->second;
}

std::string status_line(unsigned status) {
  const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
  return fmt::format(FMT_COMPILE("HTTP/1.1 {} {}\r\n"), status, std::string_view(reason.data(), reason.size()));
}

const std::string& date_line() {
  static std::time_t made_at = 0;
  static std::string line;
  const std::time_t now = std::time(nullptr);
  if (now == made_at) return line;
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[64];
  const std::size_t length = std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
  made_at = now;
  return line = std::string(text, length);
}

}  // namespace hubcache::server
