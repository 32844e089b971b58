// Error answers in the format of Gitea 1.22.3 (samples are in test/data/gitea).
#pragma once

#include <string>
#include <string_view>

#include "server/message.h"

namespace hubcache::hub::gitea {

server::Answer json_answer(unsigned status, std::string body);

/// Returns a 404 with "errors": null.
server::Answer not_found(std::string_view root, std::string_view message);
/// Returns the 404 of `contents`, for example "object does not exist [id: , rel_path: nope.txt]".
server::Answer no_contents(std::string_view root, std::string_view id, std::string_view path);
/// Returns the 400 of `git/trees`.
server::Answer no_tree(std::string_view root, std::string_view revision);
/// Returns an error of hubcache's own.
server::Answer error(std::string_view root, unsigned status, std::string_view message);

/// Returns the text as a JSON string, in quotes.
std::string in_json(std::string_view text);

}  // namespace hubcache::hub::gitea
