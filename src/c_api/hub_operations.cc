#include <array>

#include <hubcache/local_hub.h>
#include <nlohmann/json.hpp>

#include "adoption/json.h"
#include "c_api/callbacks.h"
#include "c_api/operation.h"

namespace hubcache::c_api {
namespace {

using adoption::schema;
using nlohmann::json;

Result<LocalHubOptions> hub_options(const Call& call) {
  auto& given = call.given;
  LocalHubOptions options;
  options.offline = TRY(given.flag("offline", false));
  options.allow_other_users = TRY(given.flag("allow_other_users", false));
  options.upstream = TRY(given.optional_text("upstream"));
  options.trust_owner = TRY(given.flag("trust_owner", false));
  options.tell = tell_of(call.callbacks);
  if (!options.tell) options.tell = [](std::string_view) {};
  options.progress = progress_of(call.callbacks);
  options.ready = ready_of(call.callbacks);
  return options;
}

Result<std::string> do_run(const Call& call) {
  RunRequest request{.command = {}, .hub = TRY(hub_options(call))};
  request.hub.deny_all = TRY(call.given.flag("deny_all", false));
  for (const auto& word : TRY(call.given.paths("command"))) request.command.push_back(word.native());
  TRY(call.given.check_none_left());
  if (request.command.empty()) return Error{ErrorCode::usage, "the command is empty", "pass a program to run"};
  return adoption::dump({{"schema", schema}, {"exit_code", TRY(run(call.environment, request))}});
}

Result<std::uint16_t> port_of(Arguments& given) {
  return static_cast<std::uint16_t>(TRY(given.number("port", 65535, local_hub_port)));
}

Result<std::string> do_serve(const Call& call) {
  auto& given = call.given;
  ServeRequest request{.port = TRY(port_of(given)), .hub = TRY(hub_options(call))};
  request.shared.from = TRY(given.texts("stores"));
  request.shared.listen = TRY(given.optional_text("listen")).value_or("");
  request.shared.token_file = TRY(given.optional_path("token_file"));
  request.shared.no_token = TRY(given.flag("no_token", false));
  request.shared.public_url = TRY(given.optional_text("public_url")).value_or("");
  request.shared.store_public_url = TRY(given.optional_text("store_public_url")).value_or("");
  request.shared.redirects = TRY(given.flag("redirect", true));
  request.shared.redirect_via = TRY(given.optional_text("redirect_via")).value_or("");
  TRY(given.check_none_left());
  TRY(serve(call.environment, request));
  return adoption::dump({{"schema", schema}});
}

Result<std::string> do_local_hub_variables(const Call& call) {
  const std::uint16_t port = TRY(port_of(call.given));
  TRY(call.given.check_none_left());
  json variables = json::object();
  for (const auto& [name, value] : TRY(local_hub_variables(call.environment, port, tell_of(call.callbacks))))
    variables[name] = value ? json(*value) : json(nullptr);
  return adoption::dump({{"schema", schema}, {"variables", std::move(variables)}});
}

constexpr std::array<NamedOperation, 3> hub_operations = {{
    {"run", do_run},
    {"serve", do_serve},
    {"local_hub_variables", do_local_hub_variables},
}};

}  // namespace

std::span<const NamedOperation> operations_of_hubs() { return hub_operations; }

}  // namespace hubcache::c_api
