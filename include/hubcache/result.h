// Errors are values: every function of hubcache that can fail returns a Result<T>.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] hubcache {

/// Kind of a failure; the values are the command's exit codes.
enum class ErrorCode {
  failed = 1,         ///< a file, a folder or the system caused the failure
  usage = 2,          ///< the call itself is wrong: an invalid id, an unknown option
  difference = 3,     ///< a check found a download, a loss or a difference
  hub = 4,            ///< the hub or the credentials for it
  conflict = 5,       ///< locked by another process, or the user must decide first
  interrupted = 130,  ///< SIGINT
};

struct VerifiedFile;

struct Error {
  ErrorCode code = ErrorCode::failed;
  std::string message;      ///< what failed, with the path or URL; never holds a token
  std::string hint;         ///< the user's next step; may be empty
  bool unanswered = false;  ///< the hub could not be reached, or failed itself (5xx)
  bool refused = false;     ///< the hub refused the request, and will refuse the client's too
  std::shared_ptr<const std::vector<VerifiedFile>> unmatched =
      nullptr;             ///< for adopt with match: all files that differ from the hub's
  int number = 0;          ///< errno value of the failed system call; 0 for other errors
  bool untrusted = false;  ///< the certificate of the hub, or of an https proxy, is not trusted
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
