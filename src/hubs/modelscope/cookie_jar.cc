#include "hubs/modelscope/cookie_jar.h"

#include <variant>

#include "base/language.h"
#include "base/try.h"
#include "pickle/reader.h"

namespace hubcache::hub {
namespace {

const pickle::Value* value_of(const pickle::Value& instance, std::string_view key) {
  const auto* dict = std::get_if<pickle::Dict>(&instance.data);
  if (!dict) return nullptr;
  for (const auto& [name, value] : *dict) {
    const auto* text = std::get_if<std::string>(&name.data);
    if (text && *text == key) return &value;
  }
  return nullptr;
}

const pickle::Dict& entries_of(const pickle::Value& value) {
  static const pickle::Dict none;
  const auto* dict = std::get_if<pickle::Dict>(&value.data);
  return dict ? *dict : none;
}

/// Models http.cookiejar.Cookie.is_expired: a cookie without a time does not expire.
bool is_expired(const pickle::Value& cookie, std::int64_t now) {
  const pickle::Value* expires = value_of(cookie, "expires");
  const auto* time = expires ? std::get_if<std::int64_t>(&expires->data) : nullptr;
  return time && *time <= now;
}

}  // namespace

/// CookieJar._cookies has the cookies by domain, path and name.
Result<std::string> token_in_jar(std::string_view bytes, std::int64_t now) {
  const pickle::Value jar = TRY(pickle::read_instances(bytes));
  const pickle::Value* domains = value_of(jar, "_cookies");
  if (!domains) return Error{ErrorCode::failed, say("not a pickled jar of cookies"), ""};
  for (const auto& [domain, paths] : entries_of(*domains)) {
    for (const auto& [path, cookies] : entries_of(paths)) {
      const pickle::Value* cookie = value_of(cookies, "m_session_id");
      const pickle::Value* value = cookie ? value_of(*cookie, "value") : nullptr;
      const auto* token = value ? std::get_if<std::string>(&value->data) : nullptr;
      if (token) return is_expired(*cookie, now) ? std::string() : *token;
    }
  }
  return std::string();
}

}  // namespace hubcache::hub
