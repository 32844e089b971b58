#include "unit/pickle/canonical.h"

namespace hubcache::pickle {
namespace {

struct Printer {
  std::string operator()(None) const { return "N"; }
  std::string operator()(bool value) const { return value ? "T" : "F"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(const Opaque& value) const { return "<" + value.kind + ">"; }
  std::string operator()(const List& list) const { return "[" + items(list) + "]"; }
  std::string operator()(const Tuple& tuple) const { return "(" + items(tuple.items) + ")"; }
  std::string operator()(const std::string& text) const {
    std::string quoted = "'";
    for (const char byte : text) {
      for (const int shift : {4, 0}) quoted += "0123456789abcdef"[(byte >> shift) & 15];
    }
    return quoted + "'";
  }
  std::string operator()(const Dict& dict) const {
    std::string text;
    for (const auto& [key, value] : dict) text += (text.empty() ? "" : ",") + canonical(key) + ":" + canonical(value);
    return "{" + text + "}";
  }
  static std::string items(const List& list) {
    std::string text;
    for (std::size_t i = 0; i < list.size(); ++i) text += (i ? "," : "") + canonical(list[i]);
    return text;
  }
};

}  // namespace

std::string canonical(const Value& value) { return std::visit(Printer(), value.data); }

}  // namespace hubcache::pickle
