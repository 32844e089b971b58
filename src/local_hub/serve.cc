#include <hubcache/local_hub.h>

#include <algorithm>
#include <csignal>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "base/caught.h"
#include "base/language.h"
#include "base/try.h"
#include "http/url.h"
#include "hubs/registry.h"
#include "local_hub/child.h"
#include "local_hub/find_hub.h"
#include "local_hub/local_hub.h"

namespace hubcache {

Result<void> serve(const Environment& environment, const ServeRequest& request) try {
  TRY(local_hub::check_named_hub(environment));
  boost::asio::io_context io(1);
  const std::string& listen = request.shared.listen;
  const local_hub::ListenAddress address =
      listen.empty() ? local_hub::ListenAddress{.port = request.port} : TRY(local_hub::parse_listen_address(listen));
  const auto hub = TRY(local_hub::LocalHub::make(io, environment, request.hub, request.shared));
  local_hub::Signals signals(io);
  TRY(hub->listen(address));
  bool interrupted = false, is_draining = false;
  signals.take([&](int signal, bool /*is_from_terminal*/) {
    if (signal == SIGHUP && request.shared.token_file) return hub->read_tokens_again();
    if (signal != SIGINT && signal != SIGTERM && signal != SIGHUP) return;
    interrupted = interrupted || signal == SIGINT;
    if (is_draining) return io.stop();  // the second signal stops at once
    is_draining = true;
    hub->drain([&] { io.stop(); });
  });
  if (request.hub.ready) boost::asio::post(io, [&] { request.hub.ready(hub->address()); });
  io.run();
  if (interrupted) return Error{ErrorCode::interrupted, say("interrupted"), ""};
  return {};
} catch (...) {
  return caught();
}

Result<std::vector<std::pair<std::string, std::string>>> shared_hub_variables(const std::string& url,
                                                                              const std::string& token) try {
  TRY(http::parse_url(url));
  std::string root = url;
  while (root.ends_with('/')) root.pop_back();
  std::vector<std::pair<std::string, std::string>> variables;
  for (const hub::Hub* hub : hubs::all()) {
    const auto dialect = hub->dialect();
    for (auto& variable : dialect->variables(root + std::string(dialect->prefix())))
      variables.push_back(std::move(variable));
    if (!token.empty() && !dialect->token_variable().empty()) variables.emplace_back(dialect->token_variable(), token);
  }
  return variables;
} catch (...) {
  return caught();
}

Result<std::vector<std::pair<std::string, std::optional<std::string>>>> local_hub_variables(
    const Environment& environment, std::uint16_t port, const std::function<void(std::string_view)>& tell) try {
  const std::string root = "http://127.0.0.1:" + std::to_string(port);
  const local_hub::FoundHub found = TRY(local_hub::find_hub(root));
  const bool wants_digests =
      std::ranges::any_of(hubs::all(), [&](const hub::Hub* hub) { return hub->dialect()->needs_digests(environment); });
  if (tell && wants_digests && !found.has_digests) {
    tell(
        say("hash validation is on here, but hubcache serve was started without it, so clients will download adopted "
            "files again; restart hubcache serve with the same variables"));
  }
  return local_hub::hub_variables(environment, root, found.egress, std::nullopt);
} catch (...) {
  return caught();
}

}  // namespace hubcache
