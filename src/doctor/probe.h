// Gather: asks the hubs, and finds out where the clients' tokens are.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include <hubcache/doctor.h>

#include "base/threads.h"
#include "hub/hub.h"

namespace hubcache::doctor_parts {

/// Returns where the clients of the hub find their token.
TokenSource token_of(const hub::Hub& hub, const Environment& environment);

/// The questions to all hubs, which run at the same time in threads of their own.
class Probes {
 public:
  /// Starts the questions, unless `offline`. `environment` must outlive the object.
  Probes(const Environment& environment, bool offline);
  /// Waits until each hub has answered, or its time is over.
  std::vector<ExaminedHub> take();

 private:
  std::vector<ExaminedHub> hubs_;
  Threads threads_;
};

}  // namespace hubcache::doctor_parts
