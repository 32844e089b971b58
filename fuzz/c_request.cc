// Feeds any bytes to the parser of requests, and asks for arguments of every type. `./dev fuzz` builds and starts this
// program; fuzz/corpus/c_request has its first inputs.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "c_api/request.h"

namespace {

using hubcache::c_api::Request;

void require(bool condition) {
  if (!condition) std::abort();
}

bool has_nul(std::string_view text) { return text.find('\0') != text.npos; }

void check(const hubcache::Environment& environment) {
  require(environment.working_folder.empty() || environment.working_folder.is_absolute());
  for (const auto& [name, value] : environment.variables) require(!name.empty() && !has_nul(name) && !has_nul(value));
}

void take_arguments(Request& request) {
  if (const auto text = request.arguments.text("repo_id")) require(!has_nul(*text));
  if (const auto path = request.arguments.path("folder")) require(!has_nul(path->native()));
  if (const auto paths = request.arguments.paths("paths")) {
    for (const auto& path : *paths) require(!has_nul(path.native()));
  }
  if (const auto texts = request.arguments.texts("repo_ids")) {
    for (const auto& text : *texts) require(!has_nul(text));
  }
  if (const auto port = request.arguments.number("port", 65535, 0)) require(*port <= 65535);
  static_cast<void>(request.arguments.flag("pin", true));
  static_cast<void>(request.arguments.check_none_left());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto request = hubcache::c_api::parse_request({reinterpret_cast<const char*>(data), size});
  if (!request) return 0;
  check(request->environment);
  take_arguments(*request);
  return 0;
}
