#include <hubcache/local_hub.h>

#include "base/language.h"
#include "cli/command.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

class ServeCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command =
        *app.add_subcommand("serve", say("keep a local hub running on 127.0.0.1 until SIGTERM or Ctrl-C"));
    options_.add_to(command);
    command.add_option("--port", port_, say("port on 127.0.0.1; 0: any free port"))
        ->capture_default_str()
        ->check(CLI::Range(0, 65535));
  }

  int run(const Environment& environment) const override {
    std::optional<ProgressBar> bar;
    ServeRequest request{static_cast<std::uint16_t>(port_), options_.checked(bar)};
    request.hub.ready = [&](const std::string& url) {
      bar.reset();
      print(say("hubcache serves at {}\n", url));
    };
    const auto served = serve(environment, request);
    return served ? 0 : fail(environment, served.error(), false);
  }

 private:
  HubOptions options_;
  int port_ = local_hub_port;
};

}  // namespace

std::unique_ptr<Command> serve_command() { return std::make_unique<ServeCommand>(); }

}  // namespace hubcache::cli
