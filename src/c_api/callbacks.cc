#include "c_api/callbacks.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace hubcache::c_api {
namespace {

using std::chrono::steady_clock;

// The caller may take a lock of its own for each call, for example an interpreter's.
constexpr std::chrono::milliseconds poll_every{20};

}  // namespace

hubcache_callbacks complete(const hubcache_callbacks* given) {
  hubcache_callbacks all{};
  if (given) std::memcpy(&all, given, std::min(given->size, sizeof all));
  return all;
}

std::function<void(std::string_view)> tell_of(const hubcache_callbacks& callbacks) {
  if (!callbacks.tell) return {};
  return [&callbacks](std::string_view line) { callbacks.tell(callbacks.data, std::string(line).c_str()); };
}

std::function<bool(std::string_view)> ask_of(const hubcache_callbacks& callbacks) {
  if (!callbacks.ask) return {};
  return [&callbacks](std::string_view question) {
    return callbacks.ask(callbacks.data, std::string(question).c_str()) != 0;
  };
}

std::function<void(const Progress&)> progress_of(const hubcache_callbacks& callbacks) {
  if (!callbacks.progress) return {};
  return [&callbacks](const Progress& now) { callbacks.progress(callbacks.data, now.bytes, now.all_bytes); };
}

std::function<void(const std::string&)> ready_of(const hubcache_callbacks& callbacks) {
  if (!callbacks.ready) return {};
  return [&callbacks](const std::string& url) { callbacks.ready(callbacks.data, url.c_str()); };
}

std::function<bool()> is_cancelled_of(const hubcache_callbacks& callbacks) {
  if (!callbacks.is_cancelled) return [] { return false; };
  return [&callbacks, next = steady_clock::time_point()] mutable {
    const auto now = steady_clock::now();
    if (now < next) return false;
    next = now + poll_every;
    return callbacks.is_cancelled(callbacks.data) != 0;
  };
}

}  // namespace hubcache::c_api
