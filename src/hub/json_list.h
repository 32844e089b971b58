// An answer in JSON with a list that may be long: the list is made line by line, because a list of JSON objects takes
// several times the memory of its text.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace hubcache::hub {

class JsonList {
 public:
  /// `frame`: the answer with an empty list named `name`. `bytes`: about the length of the whole text.
  JsonList(const nlohmann::ordered_json& frame, std::string_view name, std::size_t bytes) {
    text_ = text_of(frame);
    const std::string list = '"' + std::string(name) + "\":[]";
    const std::size_t end = text_.find(list) + list.size() - 1;
    after_ = text_.substr(end);
    text_.resize(end);
    text_.reserve(end + bytes + after_.size());
  }

  void add(const nlohmann::ordered_json& line) {
    if (text_.back() != '[') text_ += ',';
    text_ += text_of(line);
  }

  std::string finish() && { return std::move(text_ += after_); }

 private:
  static std::string text_of(const nlohmann::ordered_json& value) {
    return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
  std::string text_, after_;
};

}  // namespace hubcache::hub
