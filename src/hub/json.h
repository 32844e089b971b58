// Reads the fields of a hub's JSON answer and checks their types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include <hubcache/repo.h>
#include <hubcache/result.h>

namespace hubcache::hub::json {

namespace dom = simdjson::dom;

constexpr std::size_t max_short_text = 256;  ///< bytes

// Each Error's message is the predicate of a sentence whose subject is the URL: "returned …". The code of each hub adds
// the hint.
Error unusable(const std::string& why);
Error wrong(std::string_view field);

/// Parses the body. The element is valid as long as the parser exists.
Result<dom::element> parse(dom::parser& parser, const std::string& body);
Result<dom::object> parse_object(dom::parser& parser, const std::string& body);

Result<std::string> text_of(const dom::object& object, const char* field);
/// Returns nullopt for a missing or null field; an Error for another type or for text longer than `max_short_text`.
Result<std::optional<std::string>> optional_text_of(const dom::object& object, const char* field);
/// Returns the number; nullopt if the field is missing or is not a number. sha_of() does the same for an object id.
std::optional<std::uint64_t> number_of(const dom::object& object, const char* field);
std::optional<ObjectId> sha_of(const dom::object& object, const char* field);

}  // namespace hubcache::hub::json
