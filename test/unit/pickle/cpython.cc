#include "unit/pickle/cpython.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

extern char** environ;

namespace hubcache::pickle {
namespace {

constexpr const char* script = HUBCACHE_TEST_DATA "/pickle/cpython.py";

std::string interpreter() {
  const char* named = std::getenv("HUBCACHE_TEST_PYTHON");
  return named ? named : "python3";
}

void require(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

}  // namespace

CPython::CPython() {
  std::signal(SIGPIPE, SIG_IGN);
  int requests[2], answers[2];
  require(pipe2(requests, O_CLOEXEC) == 0 && pipe2(answers, O_CLOEXEC) == 0, "pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, requests[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, answers[1], STDOUT_FILENO);
  std::string python = interpreter(), option = "-Wignore", file = script;
  char* arguments[] = {python.data(), option.data(), file.data(), nullptr};
  errno = posix_spawnp(&child_, python.c_str(), &actions, nullptr, arguments, environ);
  require(errno == 0, python.c_str());
  posix_spawn_file_actions_destroy(&actions);
  close(requests[0]);
  close(answers[1]);
  to_child_ = requests[1];
  from_child_ = answers[0];
}

CPython::~CPython() {
  close(to_child_);
  close(from_child_);
  waitpid(child_, nullptr, 0);
}

std::string CPython::ask(char action, std::string_view request) {
  std::uint64_t size = request.size();
  std::string head(1 + sizeof size, action);
  std::memcpy(head.data() + 1, &size, sizeof size);
  send(head);
  send(request);
  std::memcpy(&size, receive(sizeof size).data(), sizeof size);
  return receive(size);
}

void CPython::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = write(to_child_, bytes.data(), bytes.size());
    require(sent > 0, "write to python");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string CPython::receive(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t got = 0; got < size;) {
    const auto part = read(from_child_, bytes.data() + got, size - got);
    require(part > 0, "read from python");
    got += static_cast<std::size_t>(part);
  }
  return bytes;
}

std::string joined(const std::vector<std::string_view>& texts) {
  std::string bytes;
  for (const auto text : texts) {
    const auto size = static_cast<std::uint32_t>(text.size());
    bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
    bytes += text;
  }
  return bytes;
}

std::vector<std::string> split(std::string_view bytes) {
  std::vector<std::string> texts;
  while (!bytes.empty()) {
    std::uint32_t size;
    std::memcpy(&size, bytes.data(), sizeof size);
    texts.emplace_back(bytes.substr(sizeof size, size));
    bytes.remove_prefix(sizeof size + size);
  }
  return texts;
}

}  // namespace hubcache::pickle
