// The file in which `modelscope login` keeps the access token: a pickled jar of cookies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <hubcache/result.h>

namespace hubcache::hub {

/// Returns the access token in the bytes of `credentials/cookies`: the value of the cookie m_session_id; "" if there is
/// none, or if it has expired at `now` (Unix time), as config.HubConfig.load_token of modelscope-hub 0.5.1 does.
/// ErrorCode::failed if the bytes are not a pickled jar.
Result<std::string> token_in_jar(std::string_view bytes, std::int64_t now);

}  // namespace hubcache::hub
