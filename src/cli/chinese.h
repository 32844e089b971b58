// The messages in Chinese.
#pragma once

#include <span>

#include "base/language.h"

namespace hubcache::cli {

/// Sorted by the English text. po/catalogue.py writes the table from po/zh_CN.po.
extern const std::span<const Translation> chinese;

}  // namespace hubcache::cli
