// What hubs answer, field by field: each type checked once, here.
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

// Each Error's message is a half sentence to stand behind the URL: "answered with …"; the hint is the hub's to give.
Error unusable(const std::string& why);
Error wrong(std::string_view field);

/// The element lives as long as the parser.
Result<dom::element> parse(dom::parser& parser, const std::string& body);
Result<dom::object> parse_object(dom::parser& parser, const std::string& body);

Result<std::string> text_of(const dom::object& object, const char* field);
/// Missing and null are nullopt; another type, or more than `max_short_text`, is an Error.
Result<std::optional<std::string>> optional_text_of(const dom::object& object, const char* field);
/// nullopt where there is none, or something that is none.
std::optional<std::uint64_t> number_of(const dom::object& object, const char* field);
std::optional<ObjectId> sha_of(const dom::object& object, const char* field);

}  // namespace hubcache::hub::json
