// HTML that is put together from elements. Every text and every value of an attribute is escaped.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubcache::local_hub {

/// Code that a browser reads. Only the functions below, and constants of the program, make it.
struct Html {
  std::string code = {};

  Html& operator+=(const Html& more) {
    code += more.code;
    return *this;
  }
};
inline Html operator+(Html one, const Html& more) { return one += more; }

using Attributes = std::vector<std::pair<std::string_view, std::string>>;

/// Returns the code that shows the text: escaped, and without characters that a screen does not show or that change the
/// order of others (base/text.h).
Html text(std::string_view plain);
/// `tag` and the names of the attributes are constants of the program.
Html element(std::string_view tag, const Attributes& attributes, const Html& content);
Html element(std::string_view tag, const Html& content);
/// An element without content and end, such as "meta".
Html void_element(std::string_view tag, const Attributes& attributes);

/// Returns the text with its special characters percent-encoded, for a part of a link's query.
std::string for_query(std::string_view plain);

}  // namespace hubcache::local_hub
