// The verdict of clients with an index `.msc`.
#pragma once

#include <string_view>

#include "hub/rules.h"

namespace hubcache::hub::msc {

/// Models ModelFileSystemCache (utils/caching.py), which is the same in aistudio-sdk 0.3.x and in modelscope before
/// 1.38. `wanted_sha256`: see Rules::wanted_sha256. Pure.
Verdict verdict(const FileFacts& facts, IndexState state, const RemoteFile& remote, std::string_view wanted_sha256,
                const ClientSettings& settings, Question question);

}  // namespace hubcache::hub::msc
