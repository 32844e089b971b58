// Errors are values: every function of hubcache that can fail returns a Result<T>.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] hubcache {

/// What kind of failure it was; the command's exit codes are these values.
enum class ErrorCode {
  failed = 1,         ///< a file, a folder or the system refused
  usage = 2,          ///< the call itself cannot be right: an id that is none, an unknown option
  difference = 3,     ///< a check found a download, a loss or a difference
  hub = 4,            ///< the hub or the credentials for it
  conflict = 5,       ///< locked by another process, or the user has to decide first
  interrupted = 130,  ///< SIGINT
};

struct VerifiedFile;

struct Error {
  ErrorCode code = ErrorCode::failed;
  std::string message;      ///< what failed, with the path or URL; never holds a token
  std::string hint;         ///< the user's next step; may be empty
  bool unanswered = false;  ///< of a hub: it could not be reached, or failed itself (5xx)
  bool refused = false;     ///< of a hub: it has answered that it does not give this, and so it answers the client
  std::shared_ptr<const std::vector<VerifiedFile>> unmatched =
      nullptr;     ///< of adopt's match: all that is not the hub's
  int number = 0;  ///< errno value of the system call that failed; 0 for other errors
};

/// A value or an Error. Absence is std::optional, never an Error and never an empty list.
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
  using Base = std::expected<T, Error>;

 public:
  using Base::Base;
  Result(Error error) : Base(std::unexpected(std::move(error))) {}
};

}  // namespace hubcache
