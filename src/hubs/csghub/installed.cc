#include "hubs/csghub/installed.h"

#include <array>
#include <charconv>
#include <vector>

#include <unistd.h>

#include "fs/walk.h"

namespace hubcache::hub::csghub_parts {
namespace {

using std::filesystem::path;

/// Returns the folder that holds bin/ and lib/ of the user's Python; "" if there is none.
path prefix_of_python(const Environment& environment) {
  std::string active = environment.get("VIRTUAL_ENV").value_or("");
  if (!active.empty()) return active;
  const std::string all = environment.get("PATH").value_or("");
  for (std::size_t start = 0; start < all.size();) {
    const auto end = std::min(all.find(':', start), all.size());
    const path folder = all.substr(start, end - start);
    if (folder.is_absolute() && access((folder / "python3").c_str(), X_OK) == 0) return folder.parent_path();
    start = end + 1;
  }
  return {};
}

std::vector<std::string> names_in(const path& folder, std::string_view prefix, std::string_view suffix) {
  std::vector<std::string> names;
  static_cast<void>(fs::walk(folder, [&](const std::string& name, const fs::Status&) {
    if (name.starts_with(prefix) && name.ends_with(suffix) && name.size() >= prefix.size() + suffix.size())
      names.push_back(name);
    return fs::Descend::no;
  }));
  return names;
}

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
  constexpr std::string_view before = "csghub_sdk-", after = ".dist-info";
  const path prefix = prefix_of_python(environment);
  if (prefix.empty()) return std::nullopt;
  std::optional<Installed> found;
  for (const std::string& python : names_in(prefix / "lib", "python3", "")) {
    for (const char* packages : {"site-packages", "dist-packages"}) {
      const path folder = prefix / "lib" / python / packages;
      for (const std::string& name : names_in(folder, before, after)) {
        const std::string version = name.substr(before.size(), name.size() - before.size() - after.size());
        if (found && found->version != version) return std::nullopt;
        found = Installed{version, folder, has_json_index(version)};
      }
    }
  }
  return found;
}

}  // namespace hubcache::hub::csghub_parts
