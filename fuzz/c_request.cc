// Feeds any bytes to the parser of requests of the C interface, and asks for arguments of every type.
#include <string_view>

#include "c_api/request.h"
#include "harness.h"

namespace hubcache::fuzz {
namespace {

using c_api::Request;

bool has_nul(std::string_view text) { return text.find('\0') != text.npos; }

void check(const Environment& environment) {
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

void take(std::string_view input) {
  auto request = c_api::parse_request(input);
  if (!request) return;
  check(request->environment);
  take_arguments(*request);
}

}  // namespace hubcache::fuzz
