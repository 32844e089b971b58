#include "record/places.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "base/language.h"
#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/digest.h"
#include "fs/file.h"
#include "fs/ownership.h"
#include "fs/source.h"
#include "fs/walk.h"

namespace hubcache::record {
namespace {

using std::filesystem::path;

constexpr std::uint64_t largest_list = 1 << 20;

/// Returns the file for a place. Each place has a file of its own, so that two processes do not write different content
/// to the same file.
path file_of(const Environment& environment, const path& root) {
  return state_folder(environment) / "places" / (digest::sha256_hex(root.native()).substr(0, 32) + ".json");
}

/// Parses an entry; nullopt if hubcache did not write it, or only a part of it was written.
std::optional<KnownPlace> place_from_json(const nlohmann::json& value) {
  try {
    return KnownPlace{value.at("target"),
                      parse_repo_type(value.at("type").get<std::string>()).value(),
                      value.at("repo"),
                      path(value.at("root").get<std::string>()),
                      path(value.at("temporary").get<std::string>()),
                      path(value.at("record").get<std::string>()),
                      value.at("has_index")};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

/// Reads a file that only this user or root may have written: another user could choose the folders that it names.
Result<std::string> read_own(const path& file) {
  const fs::Source source = TRY(fs::open_source(file));
  const std::string why = fs::Ownership(source.file.get(), source.status).objection();
  if (!why.empty()) return Error{ErrorCode::failed, say("{} is not trusted: {}", in_quotes(file.native()), why), ""};
  return fs::read_source(source, file, largest_list);
}

}  // namespace

path state_folder(const Environment& environment) {
  return own_folder(environment, "HUBCACHE_STATE", "XDG_STATE_HOME", ".local/state");
}

Result<void> remember(const Environment& environment, const KnownPlace& place) {
  const path file = file_of(environment, place.root);
  try {
    const nlohmann::json value = {{"schema", 1},
                                  {"target", place.target},
                                  {"type", name_of(place.type)},
                                  {"repo", place.repo_id},
                                  {"root", place.root.native()},
                                  {"temporary", place.temporary.native()},
                                  {"record", place.record.native()},
                                  {"has_index", place.has_index}};
    const std::string text = value.dump() + "\n";
    if (fs::has_bytes(file, text).value_or(false)) return {};
    TRY(fs::make_own_folder(file.parent_path()));
    return fs::write_own_file(file, text);
  } catch (const nlohmann::json::exception&) {
    // A path that is not UTF-8 cannot be stored; status still finds the place if the environment's variables lead to
    // it.
    return {};
  }
}

Result<void> forget(const Environment& environment, const path& root) {
  return fs::remove_file(file_of(environment, root));
}

std::vector<KnownPlace> known_places(const Environment& environment) {
  std::vector<KnownPlace> places;
  const path folder = state_folder(environment) / "places";
  const auto take = [&](const std::string& relative, const fs::Status& status) {
    const auto text = status.kind == fs::Kind::file ? read_own(folder / relative) : Result<std::string>("");
    const auto value = nlohmann::json::parse(text ? *text : "", nullptr, false);
    if (auto place = place_from_json(value)) places.push_back(*std::move(place));
    return fs::Descend::no;
  };
  static_cast<void>(fs::walk(folder, take));
  std::ranges::sort(places, {}, &KnownPlace::root);
  return places;
}

}  // namespace hubcache::record
