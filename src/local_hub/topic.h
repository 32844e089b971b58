// The topic of a request is the repo that it asks for, as one text for figures and logs: "model owner/name".
#pragma once

#include <string>
#include <string_view>

#include "hub/catalog.h"

namespace hubcache::local_hub {

std::string topic_of(const hub::CatalogRepo& repo);

/// The parts of a topic; both are "" if a request is about no repo that the hub serves.
struct Topic {
  std::string_view type, repo;
};
inline Topic parts_of(std::string_view topic) {
  const auto blank = topic.find(' ');
  if (blank == topic.npos) return {};
  return {topic.substr(0, blank), topic.substr(blank + 1)};
}

}  // namespace hubcache::local_hub
