// The hubs that repos lie on.
#pragma once

#include <string_view>

namespace hubcache {

enum class HubKind { aistudio, huggingface };

/// The branch that a client asks for when its user names none.
constexpr std::string_view default_revision(HubKind hub) { return hub == HubKind::aistudio ? "master" : "main"; }

}  // namespace hubcache
