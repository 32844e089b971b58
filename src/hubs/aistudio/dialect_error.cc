#include "hubs/aistudio/dialect_error.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace hubcache::hub::gitea {

server::Answer json_answer(unsigned status, std::string body) {
  body += '\n';
  return {status,
          "Cache-Control: max-age=0, private, must-revalidate, no-transform\r\n"
          "Content-Type: application/json;charset=utf-8\r\n",
          std::move(body)};
}

std::string in_json(std::string_view text) {
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; };
  if (std::ranges::all_of(text, is_plain)) return '"' + std::string(text) + '"';
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

server::Answer not_found(std::string_view root, std::string_view message) {
  return json_answer(404,
                     fmt::format(R"({{"errors":null,"message":{},"url":"{}/api/swagger"}})", in_json(message), root));
}

server::Answer no_contents(std::string_view root, std::string_view id, std::string_view path) {
  const std::string what = fmt::format("object does not exist [id: {}, rel_path: {}]", id, path);
  return json_answer(404, fmt::format(R"({{"errors":[{}],"message":"GetContentsOrList","url":"{}/api/swagger"}})",
                                      in_json(what), root));
}

server::Answer no_tree(std::string_view root, std::string_view revision) {
  return error(root, 400, fmt::format("sha not found [{}]", revision));
}

server::Answer error(std::string_view root, unsigned status, std::string_view message) {
  return json_answer(status, fmt::format(R"({{"message":{},"url":"{}/api/swagger"}})", in_json(message), root));
}

}  // namespace hubcache::hub::gitea
