// Running another program.
#include "base/process.h"

#include <fcntl.h>
#include <unistd.h>

#include <doctest/doctest.h>

namespace hubcache {
namespace {

Result<std::string> shell(const std::string& script, const ProcessLimits& limits = {.seconds = 20, .bytes = 100000}) {
  return output_of({"/bin/sh", "-c", script}, limits);
}

std::string refusal(const Result<std::string>& output) {
  REQUIRE_FALSE(output);
  CHECK(output.error().code == ErrorCode::failed);
  CHECK(output.error().message.find("/bin/sh") != std::string::npos);
  return output.error().message;
}

}  // namespace

TEST_CASE("the whole stdout of a program is returned, and nothing else") {
  CHECK(shell("echo one; echo two >&2; cat").value() == "one\n");
  CHECK(shell(":").value() == "");
  CHECK(shell("head -c 100000 /dev/zero").value() == std::string(100000, '\0'));
  CHECK(output_of({"/bin/echo", "a b", "$HOME", "'"}, {.seconds = 20, .bytes = 100}).value() == "a b $HOME '\n");
}

TEST_CASE("a program gets no open descriptor but stdin, stdout and stderr") {
  const int number = fcntl(STDIN_FILENO, F_DUPFD, 100);  // without close-on-exec
  REQUIRE(number >= 100);
  CHECK(shell("test -e /proc/$$/fd/" + std::to_string(number) + " && echo open || echo closed").value() == "closed\n");
  close(number);
}

TEST_CASE("a program that fails, prints without end or never ends is an error and is stopped") {
  CHECK(refusal(shell("echo x; exit 3")).find("3") != std::string::npos);
  CHECK(refusal(shell("kill -9 $$")).find("killed") != std::string::npos);
  CHECK(refusal(shell("cat /dev/zero")).find("too much") != std::string::npos);
  CHECK(refusal(shell("echo x; exec cat /dev/zero >/dev/null", {.seconds = 1, .bytes = 100})).find("1 s") !=
        std::string::npos);
  CHECK_FALSE(output_of({"/nowhere/python3"}, {.seconds = 1, .bytes = 100}));
}

}  // namespace hubcache
