#include <hubcache/local_hub.h>

#include <cerrno>
#include <optional>

#include <boost/asio/io_context.hpp>

#include "base/caught.h"
#include "base/descriptors.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/system_error.h"
#include "hubs/registry.h"
#include "local_hub/child.h"
#include "local_hub/find_hub.h"
#include "local_hub/lead_to_fronts.h"
#include "local_hub/local_hub.h"
#include "local_hub/upstreams.h"

namespace hubcache {

namespace {

/// Tells of variables that stop clients from asking the local hub.
void tell_of_offline_clients(const Environment& environment, const std::function<void(const std::string&)>& tell) {
  for (const hub::Hub* hub : hubs::all()) {
    const std::string variable = hub->offline_variable(environment);
    if (!variable.empty() && tell)
      tell(
          say("{} is set, so clients of {} do not ask the local hub and use the files of their cache: unset it, or add "
              "--offline",
              variable, hub->title));
  }
}

}  // namespace

Result<int> run(const Environment& environment, const RunRequest& request) try {
  if (request.command.empty())
    return Error{ErrorCode::usage, say("no command to run"), say("add the command after --")};
  std::vector<int> inherited = inheritable_descriptors();  // before this process opens descriptors of its own
  TRY(local_hub::check_named_hub(environment));
  boost::asio::io_context io(1);
  const auto hub = TRY(local_hub::LocalHub::make(io, environment, request.hub));
  local_hub::Signals signals(io);
  TRY(hub->listen(local_hub::ListenAddress()));
  if (hub->egress() == server::Egress::free) tell_of_offline_clients(environment, request.hub.tell);
  Environment for_command = environment;
  for (auto& [name, value] : local_hub::hub_variables(environment, hub->root(), hub->egress(), request.hub.upstream)) {
    if (value) for_command.variables[name] = *std::move(value);
    else for_command.variables.erase(name);
  }
  const auto bundle = local_hub::lead_to_fronts(*hub, environment, for_command, request.hub.tell);
  std::optional<int> code;
  if (request.hub.ready) request.hub.ready(hub->root());
  local_hub::Child child(signals, std::move(inherited), [&](int ended_with) {
    code = ended_with;
    io.stop();
  });
  TRY(child.start(request.command, for_command, [&](int number) {
    if (request.hub.tell)
      request.hub.tell(say("cannot execute {}: {}", in_quotes(request.command.front()), fs::reason(number)));
  }));
  io.run();
  return code.value_or(0);
} catch (...) {
  return caught();
}

}  // namespace hubcache
