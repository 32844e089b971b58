// Parses requests for Gitea's API to the local hub.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hub/catalog.h"
#include "server/message.h"
#include "server/request_target.h"

namespace hubcache::hub::gitea {

/// The number in the query, at most `most`; `otherwise` where it is missing or none.
std::uint64_t number_of(const server::RequestTarget& target, std::string_view name, std::uint64_t most,
                        std::uint64_t otherwise);

/// "token abc" → "abc".
std::string token_of(const server::Request& request);

/// What stands behind the part `from` of the path, decoded: the client escapes the slashes in it, or does not. nullopt:
/// it is not well escaped.
std::optional<std::string> rest_of(const server::RequestTarget& target, std::size_t from);

/// The adopted revision, as an index, whose name the SDK has put into the URL of a `tags` or `git/trees` question as it
/// is, where a server reads another one.
std::optional<std::size_t> revision_unquoted(const CatalogRepo& repo, const server::RequestTarget& target);

}  // namespace hubcache::hub::gitea
