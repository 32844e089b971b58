#include "caches/removal_text.h"

#include "base/language.h"
#include "base/text.h"

namespace hubcache::caches {

std::string kept_text(const std::vector<std::string>& kept) {
  std::string text;
  for (const std::string& name : kept)
    text += "  " + say("another program has put a file there meanwhile; it is now {}", in_quotes(name)) + "\n";
  return text;
}

std::string freed_text(std::uint64_t disk_size, bool is_plan) {
  const std::string size = human_size(disk_size);
  return (is_plan ? say("this frees {}", size) : say("freed {}", size)) + "\n";
}

}  // namespace hubcache::caches
