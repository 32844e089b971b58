#include "base/text.h"
#include "target/aistudio.h"
#include "target/target.h"

namespace hubcache::target {

Result<const Target*> find(std::string_view name) {
  static const Target* const targets[] = {&aistudio(), &aistudio_dir()};
  for (const Target* target : targets) {
    if (target->name() == name) return target;
  }
  return Error{ErrorCode::usage, "no target: " + in_quotes(name), "the targets are: aistudio, aistudio-dir"};
}

}  // namespace hubcache::target
