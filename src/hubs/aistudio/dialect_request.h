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

/// Returns the number in the query, at most `most`; `otherwise` if it is missing, not a number or 0.
std::uint64_t number_of(const server::RequestTarget& target, std::string_view name, std::uint64_t most,
                        std::uint64_t otherwise);

/// Returns the token in the Authorization header ("abc" for "token abc"); "" if there is none.
std::string token_of(const server::Request& request);

/// Returns the path from its part `from` on, decoded; the client may escape the slashes in it or not. nullopt if an
/// escape is invalid.
std::optional<std::string> rest_of(const server::RequestTarget& target, std::size_t from);

/// Returns the index of the adopted revision whose name the SDK did not quote in the URL of a `tags` or `git/trees`
/// request, so that a server decodes another name; nullopt if there is none.
std::optional<std::size_t> revision_unquoted(const CatalogRepo& repo, const server::RequestTarget& target);

}  // namespace hubcache::hub::gitea
