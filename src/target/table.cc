#include "base/suggest.h"
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
  std::vector<std::string> names;
  for (const Target* target : all()) {
    if (target->name() == name) return target;
    names.emplace_back(target->name());
  }
  const auto nearest = nearest_name(name, names);
  return Error{ErrorCode::usage, "unknown target: " + in_quotes(name),
               nearest ? "did you mean " + *nearest + "? hubcache targets lists them all" : "see hubcache targets"};
}

}  // namespace hubcache::target
