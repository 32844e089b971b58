#include "cli/interrupts.h"

namespace hubcache::cli {
namespace {

volatile std::sig_atomic_t has_signal = 0;

void note(int) { has_signal = 1; }

}  // namespace

CancelOnSignal::CancelOnSignal() : scope_([] { return has_signal != 0; }) {
  struct sigaction once = {};
  once.sa_handler = note;
  once.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&once.sa_mask);
  sigaction(SIGINT, &once, &interrupt_before_);
  sigaction(SIGTERM, &once, &terminate_before_);
}

CancelOnSignal::~CancelOnSignal() {
  sigaction(SIGINT, &interrupt_before_, nullptr);
  sigaction(SIGTERM, &terminate_before_, nullptr);
}

}  // namespace hubcache::cli
