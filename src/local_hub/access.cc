#include "local_hub/access.h"

#include <string_view>

#include "base/language.h"
#include "base/try.h"
#include "server/admission.h"

namespace hubcache::local_hub {
namespace {

/// Browsers ask their user for a name and a password if the header names Basic.
server::Answer no_token(bool is_for_people) {
  const std::string why = "this hub needs a token";
  const std::string scheme = is_for_people ? "Basic realm=\"hubcache: any name; a token as the password\"" : "Bearer";
  return {401, "WWW-Authenticate: " + scheme + "\r\nContent-Type: text/plain\r\nX-Error-Message: " + why + "\r\n",
          why + "\n"};
}

/// Returns true if the Host header names this machine or is missing.
bool is_for_this_machine(std::string_view host) {
  const auto colon = host.starts_with('[') ? host.find("]:") : host.rfind(':');
  const auto name = host.substr(0, colon == host.npos ? host.npos : colon + (host.starts_with('[') ? 1 : 0));
  return name == "127.0.0.1" || name == "localhost" || name == "[::1]" || name.empty();
}

}  // namespace

Result<void> Access::read_tokens(const std::filesystem::path& file) {
  tokens_ = TRY(Tokens::load(file));
  return {};
}

Result<void> Access::open(const boost::asio::ip::address& ip) {
  if (!ip.is_loopback() && !tokens_ && !no_token_) {
    return Error{ErrorCode::usage, say("other machines could use the hub without a token"),
                 say("name a file with tokens (--token-file), or add --no-token")};
  }
  ip_ = ip;
  return {};
}

bool Access::refuses(const std::shared_ptr<server::Exchange>& exchange, bool is_for_people, const Tell& tell) const {
  if (tokens_ && !tokens_->allow(exchange->request(), is_for_people))
    return exchange->answer(no_token(is_for_people)), true;
  if (is_shared()) return false;
  auto refusal = server::refusal_of(exchange->peer(), allows_all_);
  if (!refusal) return false;
  tell(refusal->line);
  exchange->answer(std::move(refusal->answer));
  return true;
}

bool Access::has_right_host(const server::Request& request) const {
  const std::string_view host = request.header("Host");
  return is_shared() || is_for_this_machine(host) || host.starts_with(ip_.to_string() + ":");
}

}  // namespace hubcache::local_hub
