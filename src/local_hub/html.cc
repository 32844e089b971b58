#include "local_hub/html.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace hubcache::local_hub {
namespace {

std::string escaped(std::string_view plain) {
  std::string code;
  code.reserve(plain.size());
  for (const char c : plain) {
    switch (c) {
      case '&': code += "&amp;"; break;
      case '<': code += "&lt;"; break;
      case '>': code += "&gt;"; break;
      case '"': code += "&quot;"; break;
      case '\'': code += "&#39;"; break;
      default: code += c;
    }
  }
  return code;
}

std::string start_of(std::string_view tag, const Attributes& attributes) {
  std::string code = "<" + std::string(tag);
  for (const auto& [name, value] : attributes) code += fmt::format(" {}=\"{}\"", name, escaped(value));
  return code + ">";
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~/:").find(c) != std::string_view::npos;
}

}  // namespace

Html text(std::string_view plain) { return {escaped(for_terminal(plain))}; }

Html element(std::string_view tag, const Attributes& attributes, const Html& content) {
  return {start_of(tag, attributes) + content.code + fmt::format("</{}>", tag)};
}

Html element(std::string_view tag, const Html& content) { return element(tag, {}, content); }

Html void_element(std::string_view tag, const Attributes& attributes) { return {start_of(tag, attributes)}; }

std::string for_query(std::string_view plain) {
  std::string query;
  for (const char c : plain) {
    if (is_unreserved(c)) query += c;
    else query += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return query;
}

}  // namespace hubcache::local_hub
