#include "cli/chinese.h"

namespace hubcache::cli {
namespace {

constexpr Translation translations[] = {
#include "cli/chinese.inc"
};

}  // namespace

const std::span<const Translation> chinese = translations;

}  // namespace hubcache::cli
