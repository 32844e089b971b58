#include "hub/download_program.h"

#include <fmt/format.h>

namespace hubcache::hub {
namespace {

/// Returns a literal of Python.
std::string literal(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string download_program(std::string_view module, std::string_view function, std::string_view first,
                             const RepoId& id, std::string_view revision, std::string_view more) {
  return fmt::format("from {} import {}; print({}({}{}, revision={}{}))", module, function, function, first,
                     literal(id.str()), literal(revision), more);
}

}  // namespace hubcache::hub
