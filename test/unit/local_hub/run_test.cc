// A signal that arrives when the local hub is ready and the command is not started yet.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include <hubcache/local_hub.h>

#include "unit/temporary_folder.h"

namespace hubcache {
namespace {

TEST_CASE("a signal before the command's start ends the process, and the command is not started") {
  const test::TemporaryFolder home;
  for (const int signal : {SIGINT, SIGTERM}) {
    const pid_t process = fork();
    if (process == 0) {
      std::signal(signal, SIG_DFL);  // doctest has its own handlers
      Environment environment;
      environment.variables = {{"HOME", home.path().native()}, {"PATH", "/usr/bin:/bin"}};
      RunRequest request{.command = {"touch", (home.path() / "started").native()}, .hub = {.offline = true}};
      request.hub.ready = [&](const std::string&) { raise(signal); };
      const auto code = run(environment, request);
      _exit(code.value_or(1));
    }
    int status = 0;
    REQUIRE(waitpid(process, &status, 0) == process);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == signal);
    CHECK_FALSE(std::filesystem::exists(home.path() / "started"));
  }
}

}  // namespace
}  // namespace hubcache
