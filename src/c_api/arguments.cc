#include "c_api/arguments.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/try.h"

namespace hubcache::c_api {
namespace {

using nlohmann::json;

constexpr std::size_t longest_name = 100;  // bytes in a message

Error wrong(const std::string& name, const std::string& wanted) {
  return {ErrorCode::usage, in_quotes(name.substr(0, longest_name)) + " must be " + wanted,
          "hubcache/c.h lists the arguments"};
}

Error absent(const std::string& name) {
  return {ErrorCode::usage, in_quotes(name) + " is missing in the request",
          "hubcache/c.h lists the members and arguments"};
}

/// Rejects NUL: it would truncate the text in system calls.
Result<std::string> text_in(const std::string& name, const json& value) {
  if (!value.is_string()) return wrong(name, "a string");
  const auto& text = value.get_ref<const std::string&>();
  if (text.contains('\0')) return wrong(name, "a string without NUL");
  return text;
}

bool is_hex(std::string_view text) {
  return text.size() % 2 == 0 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

Result<std::string> bytes_in(const std::string& name, const json& value) {
  if (value.is_string()) return text_in(name, value);
  const bool is_object = value.is_object() && value.size() == 1 && value.contains("bytes");
  if (!is_object || !value["bytes"].is_string()) return wrong(name, R"(a string, or {"bytes": hexadecimal digits})");
  const auto& digits = value["bytes"].get_ref<const std::string&>();
  if (!is_hex(digits)) return wrong(name, R"(a string, or {"bytes": hexadecimal digits})");
  std::string bytes = from_hex(digits);
  if (bytes.contains('\0')) return wrong(name, "a string without NUL");
  return bytes;
}

template <class Convert>
auto list_in(const std::string& name, const json& value, Convert convert)
    -> Result<std::vector<typename decltype(convert(name, value))::value_type>> {
  if (!value.is_array()) return wrong(name, "a list");
  std::vector<typename decltype(convert(name, value))::value_type> list;
  list.reserve(value.size());
  for (const json& one : value) list.push_back(TRY(convert(name, one)));
  return list;
}

}  // namespace

Result<Arguments> Arguments::of(json value) {
  if (!value.is_object()) return Error{ErrorCode::usage, "a JSON object is expected", "hubcache/c.h shows a request"};
  return Arguments(std::move(value));
}

std::optional<json> Arguments::take(const std::string& name) {
  const auto found = members_.find(name);
  if (found == members_.end()) return std::nullopt;
  json value = std::move(*found);
  members_.erase(found);
  return value.is_null() ? std::nullopt : std::optional(std::move(value));
}

Result<std::string> Arguments::text(const std::string& name) {
  const auto value = take(name);
  return value ? text_in(name, *value) : absent(name);
}

Result<std::optional<std::string>> Arguments::optional_text(const std::string& name) {
  const auto value = take(name);
  if (!value) return std::nullopt;
  return TRY(text_in(name, *value));
}

Result<std::vector<std::string>> Arguments::texts(const std::string& name) {
  const auto value = take(name);
  return value ? list_in(name, *value, text_in) : std::vector<std::string>();
}

Result<bool> Arguments::flag(const std::string& name, bool otherwise) {
  const auto value = take(name);
  if (!value) return otherwise;
  return value->is_boolean() ? Result<bool>(value->get<bool>()) : wrong(name, "true or false");
}

Result<std::uint64_t> Arguments::number(const std::string& name, std::uint64_t largest, std::uint64_t otherwise) {
  const auto value = take(name);
  if (!value) return otherwise;
  if (value->is_number_unsigned() && value->get<std::uint64_t>() <= largest) return value->get<std::uint64_t>();
  return wrong(name, "a number from 0 to " + std::to_string(largest));
}

Result<std::filesystem::path> Arguments::path(const std::string& name) {
  const auto value = take(name);
  if (!value) return absent(name);
  return std::filesystem::path(TRY(bytes_in(name, *value)));
}

Result<std::optional<std::filesystem::path>> Arguments::optional_path(const std::string& name) {
  const auto value = take(name);
  if (!value) return std::nullopt;
  return std::filesystem::path(TRY(bytes_in(name, *value)));
}

Result<std::vector<std::filesystem::path>> Arguments::paths(const std::string& name) {
  const auto value = take(name);
  if (!value) return absent(name);
  const auto to_path = [](const std::string& argument, const json& one) -> Result<std::filesystem::path> {
    return std::filesystem::path(TRY(bytes_in(argument, one)));
  };
  return list_in(name, *value, to_path);
}

Result<std::vector<std::pair<std::string, std::string>>> Arguments::all_bytes() {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [name, value] : members_.items()) all.emplace_back(name, TRY(bytes_in(name, value)));
  members_.clear();
  return all;
}

Result<std::optional<json>> Arguments::optional_object(const std::string& name) {
  auto value = take(name);
  if (value && !value->is_object()) return wrong(name, "an object");
  return value;
}

Result<void> Arguments::check_none_left() const {
  if (members_.empty()) return {};
  return Error{ErrorCode::usage, "unknown argument: " + in_quotes(members_.begin().key().substr(0, longest_name)),
               "hubcache/c.h lists the arguments of each operation"};
}

}  // namespace hubcache::c_api
