// Lets a caller end a long operation early. Long loops ask is_cancelled() for their own thread, so a thread that works
// for another one needs a CancelScope of its own.
//
// An operation that changes a place ends early only before it changes anything: the functions of fs/ that such a change
// needs do not ask.
#pragma once

#include <functional>

#include <hubcache/result.h>

namespace hubcache {

/// While it exists, operations of this thread end with ErrorCode::interrupted soon after `ask` has returned true. `ask`
/// is called often, on this thread, and not again after it has returned true.
class CancelScope {
 public:
  explicit CancelScope(std::function<bool()> ask);
  CancelScope(const CancelScope&) = delete;
  ~CancelScope();

 private:
  friend bool is_cancelled();
  std::function<bool()> ask_;
  bool is_cancelled_ = false;
  CancelScope* outer_;
};

/// Returns true if the innermost CancelScope of this thread is cancelled.
bool is_cancelled();
/// ErrorCode::interrupted if is_cancelled().
Result<void> check_not_cancelled();
Error cancelled();

}  // namespace hubcache
