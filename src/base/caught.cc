#include "base/caught.h"

#include <exception>
#include <new>

#include "base/language.h"
#include "base/text.h"

namespace hubcache {

Error caught() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return {ErrorCode::failed, std::string(translated("out of memory")),
            ""};  // so short that std::string allocates no memory for it
  } catch (const std::exception& problem) {
    return {ErrorCode::failed, say("unexpected failure: {}", printable(problem.what())),
            say("run the command again: it completes the interrupted work")};
  } catch (...) {
    return {ErrorCode::failed, say("unexpected failure"),
            say("run the command again: it completes the interrupted work")};
  }
}

}  // namespace hubcache
