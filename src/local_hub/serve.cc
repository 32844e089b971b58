#include <hubcache/local_hub.h>

#include <algorithm>
#include <csignal>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "base/caught.h"
#include "base/language.h"
#include "base/try.h"
#include "http/client.h"
#include "http/url.h"
#include "hubs/registry.h"
#include "local_hub/child.h"
#include "local_hub/find_hub.h"
#include "local_hub/local_hub.h"
#include "local_hub/upstreams.h"
#include "server/passed_socket.h"

namespace hubcache {

Result<void> serve(const Environment& environment, const ServeRequest& request) try {
  TRY(local_hub::check_named_hub(environment));
  boost::asio::io_context io(1);
  const std::string& listen = request.shared.listen;
  auto passed = TRY(server::passed_socket(environment));
  if (passed && (!listen.empty() || request.port != local_hub_port)) {
    return Error{ErrorCode::usage, say("LISTEN_FDS passes a socket, and --listen or --port names another"),
                 say("omit --listen and --port: the socket unit names the address")};
  }
  const local_hub::ListenAddress address =
      listen.empty() ? local_hub::ListenAddress{.port = request.port} : TRY(local_hub::parse_listen_address(listen));
  const auto hub = TRY(local_hub::LocalHub::make(io, environment, request.hub, request.shared));
  local_hub::Signals signals(io);
  TRY(hub->add_overview());
  TRY(passed ? hub->listen(*std::move(passed)) : hub->listen(address));
  const bool reloads = request.shared.token_file || request.shared.access_log;
  bool interrupted = false, is_draining = false;
  signals.take([&](int signal, bool /*is_from_terminal*/) {
    if (signal == SIGHUP && reloads) return hub->reload();
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
  const auto parsed = http::parse_url(url);
  if (!parsed) return Error{ErrorCode::usage, parsed.error().message, say("name it like http://hub.example:8477")};
  if (parsed->text.find('?') != std::string::npos || url.find('#') != std::string::npos || parsed->has_user) {
    return Error{ErrorCode::usage, say("a hub's address has no query, fragment or user: '{}'", http::for_message(url)),
                 say("check --hub")};
  }
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
