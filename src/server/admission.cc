#include "server/admission.h"

#include <unistd.h>

#include <fmt/format.h>

#include "base/language.h"

namespace hubcache::server {
namespace {

/// `who`: in English, because an HTTP header has no characters of other languages. `shown`: for the terminal.
Refusal refuse(const std::string& who, const std::string& shown, const std::string& details) {
  const std::string why =
      fmt::format("{}: this local hub answers only programs of its own user (uid {}) and of root", who, geteuid());
  Answer answer{403, "Content-Type: text/plain; charset=utf-8\r\n", why + "\n" + details};
  answer.headers += "X-Error-Message: " + why + "\r\n";  // a client prints this header
  answer.body += "hint: the user who started it can add --allow-other-users\n";
  return {std::move(answer), say("refused requests of {}; to answer all users, add --allow-other-users", shown)};
}

}  // namespace

std::optional<Refusal> refusal_of(const Result<PeerOwner>& peer, bool allows_all) {
  if (allows_all || (peer && is_same_user_or_root(peer->user))) return std::nullopt;
  if (peer) return refuse(fmt::format("user {}", peer->user), say("user {}", peer->user), "");
  return refuse("a program whose user is unknown", say("a program whose user is unknown"), peer.error().message + "\n");
}

}  // namespace hubcache::server
