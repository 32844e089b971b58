// What a request to the local hub asks of Gitea's API.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/catalog.h"
#include "server/message.h"
#include "server/target.h"

namespace hubcache::server::gitea {

/// The number in the query, at most `most`; `otherwise` where it is missing or none.
std::uint64_t number_of(const Target& target, std::string_view name, std::uint64_t most, std::uint64_t otherwise);

/// "token abc" → "abc".
std::string token_of(const Request& request);

/// What stands behind the part `from` of the path, decoded: the client escapes the slashes in it, or does not. nullopt:
/// it is not well escaped.
std::optional<std::string> rest_of(const Target& target, std::size_t from);

/// The adopted revision, as an index, whose name the SDK has put into the URL of a `tags` or `git/trees` question as it
/// is, where a server reads another one.
std::optional<std::size_t> revision_unquoted(const CatalogRepo& repo, const Target& target);

}  // namespace hubcache::server::gitea
