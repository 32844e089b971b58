// The arguments of one request: checked, and converted to the types of the C++ API.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <hubcache/result.h>

namespace hubcache::c_api {

/// The members of a JSON object. Each function takes the member of that name out of the object; null counts as absent.
/// ErrorCode::usage for a member of a wrong type, and for an absent member if the function has no default.
class Arguments {
 public:
  /// ErrorCode::usage if the value is not an object.
  static Result<Arguments> of(nlohmann::json value);

  Result<std::string> text(const std::string& name);
  Result<std::optional<std::string>> optional_text(const std::string& name);
  Result<std::vector<std::string>> texts(const std::string& name);  ///< default: none
  Result<bool> flag(const std::string& name, bool otherwise);
  Result<std::uint64_t> number(const std::string& name, std::uint64_t largest, std::uint64_t otherwise);
  /// A path is a string, or for a path that is not UTF-8 an object with all its bytes: {"bytes": "6d6f64656cff"}.
  Result<std::filesystem::path> path(const std::string& name);
  Result<std::optional<std::filesystem::path>> optional_path(const std::string& name);
  Result<std::vector<std::filesystem::path>> paths(const std::string& name);

  /// Takes all members, whose values are written like paths.
  Result<std::vector<std::pair<std::string, std::string>>> all_bytes();
  Result<std::optional<nlohmann::json>> optional_object(const std::string& name);

  /// ErrorCode::usage if a member is left: the caller expects an effect that the operation does not have.
  Result<void> check_none_left() const;

 private:
  explicit Arguments(nlohmann::json members) : members_(std::move(members)) {}
  std::optional<nlohmann::json> take(const std::string& name);

  nlohmann::json members_;
};

}  // namespace hubcache::c_api
