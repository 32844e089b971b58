// What `doctor` has to know about a hub and its clients. Each hub has one constant object; src/doctor names no hub.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "hub/endpoint.h"

namespace hubcache::hub {

/// Two settings of the clients that name the same thing and differ.
struct Contradiction {
  std::string_view variable;  ///< has no effect, or less than its name says
  std::string value;          ///< the folder or address that it names
  std::string_view used;      ///< the variable that has the effect; "" for the clients' default
  std::string used_value;     ///< the folder or address that the clients use
  std::string_view effect;    ///< a sentence without a full stop: what the client does
  std::string mend;           ///< the command that removes the contradiction
  /// The folder `value`, if files in it would not be used; "" for none. If it is empty or missing, the contradiction
  /// does no harm.
  std::filesystem::path unused = {};
};

/// A repo with files in folders of two layouts of one client.
struct TwinFolders {
  std::string repo_id;                ///< as users type it
  std::filesystem::path used, other;  ///< `used`: the place that hubcache models
  std::string_view other_is_used_by;  ///< the client with the versions that use `other`; "": none uses it
};

struct Checkup {
  /// A path below the hub's address. A GET of it, with the token, shows whether the hub answers and takes the token.
  std::string_view probe;
  std::string_view token_scheme;  ///< the scheme in the Authorization header
  std::string_view token_cookie;  ///< the name of a cookie that has the token, too; "" for none
  std::string_view login;         ///< the command by which a client stores a new token; "" for none
  /// The variable that makes a client compare the content of files, so that it replaces edited files; "" for none.
  std::string_view hash_validation_variable;
  /// Returns the address and the token that the clients use. Errors as in Hub::named_address, and ErrorCode::hub if the
  /// token cannot be read.
  Result<Endpoint> (*endpoint)(const Environment&);
  /// Returns the file in which a client stores the token, absolute; "" if the clients have none.
  std::filesystem::path (*token_file)(const Environment&);
  /// Pure.
  std::vector<Contradiction> (*contradictions)(const Environment&);
  /// Reads the file system.
  std::vector<TwinFolders> (*twin_folders)(const Environment&);
};

}  // namespace hubcache::hub
