#include "hubs/csghub/installed.h"

#include <array>
#include <charconv>

#include "hub/python_packages.h"

namespace hubcache::hub::csghub_parts {
namespace {

/// The index is JSON since 0.9.2.
bool has_json_index(std::string_view version) {
  std::array<int, 3> parts{};
  const char *at = version.data(), *const end = at + version.size();
  for (int& part : parts) {
    const auto [stop, failure] = std::from_chars(at, end, part);
    if (failure != std::errc()) break;
    at = stop < end && *stop == '.' ? stop + 1 : end;
  }
  return parts >= std::array{0, 9, 2};
}

}  // namespace

std::optional<Installed> installed_csghub(const Environment& environment) {
  std::optional<Installed> found;
  for (const auto& [version, folder] : find_package(package_folders(environment), "csghub-sdk")) {
    if (found && found->version != version) return std::nullopt;
    found = Installed{version, folder, has_json_index(version)};
  }
  return found;
}

}  // namespace hubcache::hub::csghub_parts
