#include "http/redact.h"

#include "http/client.h"

namespace hubcache::http {
namespace {

void replace_all(std::string& text, std::string_view what) {
  static constexpr std::string_view stars = "***";
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + stars.size())) {
    text.replace(at, what.size(), stars);
  }
}

}  // namespace

std::string redact(std::string text, std::string_view token) {
  if (token.empty()) return text;
  replace_all(text, token);
  replace_all(text, quote(token));
  return text;
}

}  // namespace hubcache::http
