// Chooses the language of the messages. The library by itself speaks English.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <hubcache/environment.h>

namespace hubcache::cli {

/// True for the name of a locale whose messages are in simplified Chinese, and whose characters are UTF-8:
/// "zh_CN.UTF-8", "zh", "zh-Hans". A name without a character set counts as UTF-8.
bool is_chinese(std::string_view locale);

/// Makes the messages Chinese if the environment says so: the first of HUBCACHE_LANG, LC_ALL, LC_MESSAGES and LANG that
/// is not empty decides. Not if the command prints JSON, which programs read. `words`: those of the command line.
void choose_language(const Environment& environment, std::span<const std::string> words);

}  // namespace hubcache::cli
