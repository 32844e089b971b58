#include "hub/json.h"

#include "base/language.h"
#include "base/try.h"

namespace hubcache::hub::json {

Error unusable(const std::string& why) { return {ErrorCode::hub, say("returned {}", why), ""}; }

Error wrong(std::string_view field) {
  return unusable(say("JSON whose \"{}\" is missing or of the wrong type", field));
}

Result<dom::element> parse(dom::parser& parser, const std::string& body) {
  dom::element root;
  const auto failure = parser.parse(body).get(root);
  if (!failure) return root;
  return Error{ErrorCode::hub, say("returned truncated or damaged JSON ({})", simdjson::error_message(failure)),
               say("try again")};
}

Result<dom::object> parse_object(dom::parser& parser, const std::string& body) {
  const auto root = TRY(parse(parser, body));
  dom::object object;
  if (root.get(object)) return unusable(say("JSON that is not an object"));
  return object;
}

Result<std::string> text_of(const dom::object& object, const char* field) {
  std::string_view text;
  if (object[field].get(text)) return wrong(field);
  return std::string(text);
}

Result<std::optional<std::string>> optional_text_of(const dom::object& object, const char* field) {
  dom::element value;
  if (object[field].get(value) || value.is_null()) return std::optional<std::string>();
  std::string_view text;
  if (value.get(text) || text.size() > max_short_text) return wrong(field);
  return std::optional<std::string>(text);
}

std::optional<std::uint64_t> number_of(const dom::object& object, const char* field) {
  std::uint64_t number = 0;
  return object[field].get(number) ? std::nullopt : std::optional(number);
}

std::optional<ObjectId> sha_of(const dom::object& object, const char* field) {
  std::string_view text;
  if (object[field].get(text)) return std::nullopt;
  auto id = ObjectId::parse(text);
  return id ? std::optional(*id) : std::nullopt;
}

}  // namespace hubcache::hub::json
