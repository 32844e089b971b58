#include "local_hub/listen_address.h"

#include <charconv>
#include <string>

#include "base/language.h"
#include "base/text.h"

namespace hubcache::local_hub {

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const Error wrong{ErrorCode::usage, say("not an address to listen on: {}", in_quotes(text)),
                    say("name it like 0.0.0.0:8477, 192.168.1.2:8477 or [::]:8477")};
  const auto colon = text.rfind(':');
  if (colon == text.npos) return wrong;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  ListenAddress address;
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (failed != std::errc() || port.empty() || end != port.data() + port.size()) return wrong;
  if (host.empty()) host = "0.0.0.0";
  const bool is_in_brackets = host.starts_with('[') && host.ends_with(']');
  if (is_in_brackets) host = host.substr(1, host.size() - 2);
  boost::system::error_code problem;
  address.ip = boost::asio::ip::make_address(std::string(host), problem);
  if (problem || address.ip.is_v6() != is_in_brackets) return wrong;
  return address;
}

}  // namespace hubcache::local_hub
