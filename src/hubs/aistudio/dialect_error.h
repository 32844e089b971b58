// How Gitea 1.22.3 refuses (test/data/gitea has the samples).
#pragma once

#include <string>
#include <string_view>

#include "server/message.h"

namespace hubcache::hub::gitea {

server::Answer json_answer(unsigned status, std::string body);

/// 404 with "errors": null.
server::Answer not_found(std::string_view root, std::string_view message);
/// 404 of `contents`: `what` as in "object does not exist [id: , rel_path: nope.txt]".
server::Answer no_contents(std::string_view root, std::string_view id, std::string_view path);
/// 400 of `git/trees`.
server::Answer no_tree(std::string_view root, std::string_view revision);
/// Any other, which is hubcache's own.
server::Answer error(std::string_view root, unsigned status, std::string_view message);

/// Returns the text as a JSON string, in quotes.
std::string in_json(std::string_view text);

}  // namespace hubcache::hub::gitea
