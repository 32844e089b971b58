#include <malloc.h>

#include <hubcache/local_hub.h>

#include "base/language.h"
#include "cli/command.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

class ServeCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command = *app.add_subcommand(
        "serve", say("keep a hub running, for this machine or for others, until SIGTERM or Ctrl-C"));
    options_.add_to(command);
    auto* port = command.add_option("--port", port_, say("port on 127.0.0.1; 0: any free port"))
                     ->capture_default_str()
                     ->check(CLI::Range(0, 65535));
    command
        .add_option(
            "--from", shared_.from,
            say("serve repos that hubcache publish has put into this store (s3://bucket/prefix, or a folder); adopted: "
                "this machine's adoptions; may be repeated"))
        ->allow_extra_args(false);
    command
        .add_option("--listen", shared_.listen,
                    say("ADDRESS:PORT for clients on other machines; needs --token-file or --no-token"))
        ->excludes(port);
    auto* token_file =
        command.add_option("--token-file", token_file_, say("file with the clients' tokens, one a line, mode 0600"));
    command.add_flag("--no-token", shared_.no_token, say("answer clients of other machines without a token"))
        ->excludes(token_file);
    command.add_option("--public-url", shared_.public_url, say("the hub's address as clients know it, behind a proxy"));
    command.add_option("--store-public-url", shared_.store_public_url, say("the store's address as clients know it"));
    command
        .add_option("--redirect", redirect_,
                    say("auto: clients get large files from the store itself; never: through the hub"))
        ->capture_default_str()
        ->check(CLI::IsMember({"auto", "never"}));
    command.add_option("--redirect-via", shared_.redirect_via, say("address of a cache in front of the store"));
    command.add_option("--access-log", access_log_,
                       say("append a line of JSON for each request to this file; -: stdout"));
  }

  int run(const Environment& environment) const override {
    // glibc otherwise raises this limit as large blocks are freed, and then keeps their memory, in an arena for each of
    // many threads. The pieces of transfers are larger: the system gets their memory back.
    mallopt(M_MMAP_THRESHOLD, 128 << 10);
    mallopt(M_ARENA_MAX, 2);
    std::optional<ProgressBar> bar;
    ServeRequest request{static_cast<std::uint16_t>(port_), options_.checked(bar), shared_};
    request.shared.token_file = token_file_;
    request.shared.access_log = access_log_;
    request.shared.redirects = redirect_ == "auto";
    request.hub.ready = [&](const std::string& url) {
      bar.reset();
      print(say("hubcache serves at {}\n", url));
    };
    const auto served = serve(environment, request);
    return served ? 0 : fail(environment, served.error(), false);
  }

 private:
  HubOptions options_;
  SharedHubOptions shared_;
  std::optional<std::string> token_file_, access_log_;
  std::string redirect_ = "auto";
  int port_ = local_hub_port;
};

}  // namespace

std::unique_ptr<Command> serve_command() { return std::make_unique<ServeCommand>(); }

}  // namespace hubcache::cli
