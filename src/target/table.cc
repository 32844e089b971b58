#include "base/text.h"
#include "target/aistudio.h"
#include "target/huggingface.h"
#include "target/readers.h"
#include "target/target.h"

namespace hubcache::target {

std::span<const Target* const> all() {
  static const Target* const targets[] = {&aistudio(), &aistudio_dir(),  &aistudio_0_2(), &fastdeploy(),
                                          &paddlex(),  &paddleformers(), &huggingface(),  &huggingface_dir()};
  return targets;
}

Result<const Target*> find(std::string_view name) {
  std::string names;
  for (const Target* target : all()) {
    if (target->name() == name) return target;
    names += (names.empty() ? "" : ", ") + std::string(target->name());
  }
  return Error{ErrorCode::usage, "no target: " + in_quotes(name), "the targets are: " + names};
}

}  // namespace hubcache::target
