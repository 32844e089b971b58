// CPython's own pickle, called through test/data/pickle/cpython.py; HUBCACHE_TEST_PYTHON names an interpreter other
// than python3.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace hubcache::pickle {

class CPython {
 public:
  CPython();
  ~CPython();
  CPython(const CPython&) = delete;
  CPython& operator=(const CPython&) = delete;

  /// Sends a request and returns its answer. Throws if the interpreter has died; its message is on stderr.
  std::string ask(char action, std::string_view request);

 private:
  void send(std::string_view bytes);
  std::string receive(std::size_t size);

  pid_t child_ = -1;
  int to_child_ = -1, from_child_ = -1;
};

/// Returns the texts, each after its length of 4 bytes.
std::string joined(const std::vector<std::string_view>& texts);
std::vector<std::string> split(std::string_view bytes);

}  // namespace hubcache::pickle
