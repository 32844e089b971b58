// Takes the target of any request apart, and asks each hub's dialect for the repo that it names.
#include <string>
#include <string_view>

#include "harness.h"
#include "hub/dialect.h"
#include "hubs/registry.h"
#include "server/request_target.h"

namespace hubcache::fuzz {
namespace {

void check_parts(std::string_view target) {
  const auto split = server::split_target(target);
  std::string path;
  for (const std::string_view part : split.parts) {
    require(part.find_first_of("/?") == part.npos);
    path.append("/").append(part);
    const auto plain = server::unescaped(part);
    require(plain || part.find('%') != part.npos);
    require(!plain || plain->size() <= part.size());
  }
  const std::string asked(target.substr(0, target.find('?')));
  require(path == asked || path == "/" + asked);
  for (const char* name : {"Revision", "FilePath", "Recursive", "ref", "page", "limit", ""})
    static_cast<void>(split.asked(name));
}

}  // namespace

void take(std::string_view input) {
  check_parts(input);
  server::Request request;
  request.method = "GET";
  request.target = input;
  for (const hub::Hub* hub : hubs::all()) {
    const auto dialect = hub->dialect();
    const auto asked = input.starts_with(dialect->prefix()) ? dialect->asked_repo(request) : std::nullopt;
    if (!asked) continue;
    require(asked->owner.size() + asked->name.size() <= input.size());
    std::size_t bytes = 0;
    for (const std::string& revision : asked->revisions) bytes += revision.size();
    require(bytes <= input.size() + (64 << 10));  // the memory for a request is limited by its length
  }
}

}  // namespace hubcache::fuzz
