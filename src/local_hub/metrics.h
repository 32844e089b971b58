// The figures of a hub in Prometheus' text format 0.0.4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "local_hub/figures.h"
#include "local_hub/watched_store.h"

namespace hubcache::local_hub {

struct HubState {
  std::size_t connections = 0;
  bool is_draining = false;
  std::uint64_t lost_lines = 0;  ///< of the access log
  struct Store {
    std::string name;
    WatchedStore::State state;
  };
  std::vector<Store> stores = {};
};

std::string metrics_text(const Figures& figures, const HubState& state);

}  // namespace hubcache::local_hub
