// Lets an operation tidy up before SIGINT or SIGTERM ends the process.
#pragma once

#include <csignal>

#include "base/cancel.h"

namespace hubcache::cli {

/// While it exists, the first SIGINT or SIGTERM cancels the operation of this thread (base/cancel.h). A second one ends
/// the process.
class CancelOnSignal {
 public:
  CancelOnSignal();
  CancelOnSignal(const CancelOnSignal&) = delete;
  ~CancelOnSignal();

 private:
  CancelScope scope_;
  struct sigaction interrupt_before_, terminate_before_;
};

}  // namespace hubcache::cli
