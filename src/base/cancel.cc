#include "base/cancel.h"

#include <utility>

#include "base/language.h"

namespace hubcache {
namespace {

thread_local CancelScope* innermost = nullptr;

}  // namespace

CancelScope::CancelScope(std::function<bool()> ask) : ask_(std::move(ask)), outer_(std::exchange(innermost, this)) {}

CancelScope::~CancelScope() { innermost = outer_; }

bool is_cancelled() {
  if (!innermost) return false;
  if (!innermost->is_cancelled_) innermost->is_cancelled_ = innermost->ask_();
  return innermost->is_cancelled_;
}

Result<void> check_not_cancelled() { return is_cancelled() ? Result<void>(cancelled()) : Result<void>(); }

Error cancelled() { return {ErrorCode::interrupted, say("canceled by the caller"), say("call the operation again")}; }

}  // namespace hubcache
