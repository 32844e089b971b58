// Finds what is wrong on this machine for the clients and for hubcache, and the commands that mend it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

enum class Severity {
  ok,
  note,   ///< worth knowing; nothing fails because of it
  wrong,  ///< a client or hubcache fails, loses time or shows a secret because of it
};
std::string_view name_of(Severity severity);

struct Finding {
  Severity severity = Severity::ok;
  std::string check;    ///< one word for what was examined: "python", "target", "variable", "hub", "token", "clock",
                        ///< "file_system", "system", "cache"
  std::string what;     ///< for people
  std::string where;    ///< the file, folder, address or variable; "" if there is none
  std::string command;  ///< the command that mends it; "" if there is none
};

/// An installed Python package that contains a client.
struct InstalledPackage {
  std::string name;  ///< on PyPI
  std::string version;
  std::filesystem::path folder;  ///< the folder of Python packages that contains it
};

struct ExaminedTarget {
  std::string name;
  std::string place;     ///< as in TargetInfo
  std::string variable;  ///< as in TargetInfo
  std::vector<InstalledPackage> packages;
};

enum class Reach {
  not_asked,    ///< offline, or the address is invalid
  answers,      ///< with any status but the following
  rejects,      ///< rejects the token (401)
  fails,        ///< answers with an error of its own (5xx)
  untrusted,    ///< its certificate, or that of an https proxy, is not trusted
  unreachable,  ///< gives no answer
};
std::string_view name_of(Reach reach);

/// The source of a client's access token. It never contains the token.
struct TokenSource {
  bool is_set = false;
  std::string from = {};               ///< the variable or the file with the token; "" if there is none
  std::filesystem::path file = {};     ///< where the client stores a token, whether the file exists or not
  std::optional<unsigned> mode = {};   ///< permission bits of the file; nullopt if it does not exist
  bool is_readable_by_others = false;  ///< another user may read the file; the folders above it count, too
  std::string error = {};              ///< why the token cannot be read; "" if it can
  std::string login = {};              ///< the client's command that stores a new token; "" if there is none
};

struct ExaminedHub {
  std::string name = {};              ///< one word
  std::string title = {};             ///< for people
  std::string address = {};           ///< "" if the variable is invalid
  std::string variable = {};          ///< sets the address
  bool is_used = false;               ///< a client is installed, a repo is cached, a token or an address is set
  std::string offline_variable = {};  ///< set: it stops the clients from asking the hub; "" for none
  Reach reach = Reach::not_asked;
  long status = 0;                              ///< HTTP status of the answer; 0 if there is none
  std::optional<long> milliseconds = {};        ///< time to the end of the answer
  std::string error = {};                       ///< why there is no answer; "" if there is one
  std::string proxy = {}, proxy_variable = {};  ///< the proxy for the address, without its password; "" for none
  std::string certificates = {},
              certificates_variable = {};        ///< the trusted authorities; the variable is "" for the system's
  std::optional<std::int64_t> clock_ahead = {};  ///< seconds by which the hub's clock is ahead of this machine's
  TokenSource token = {};
};

/// A file system with places of targets.
struct ExaminedFileSystem {
  std::filesystem::path folder = {};      ///< the first existing folder of the first target on it
  std::vector<std::string> targets = {};  ///< those whose places are on it
  std::string type = {};                  ///< as in /proc/mounts: "ext4", "nfs4"; "" if unknown
  bool is_network = false;
  bool is_writable = true;              ///< this user may make files in `folder`
  std::optional<bool> reflinks = {};    ///< nullopt: not tried, because `folder` is not writable
  std::optional<bool> hard_links = {};  ///< likewise
  std::uint64_t free_bytes = 0;
  std::uint64_t needed_bytes = 0;  ///< what `refresh` would copy to it now and what clients would download to it
};

struct DoctorRequest {
  bool offline = false;  ///< ask no hub
};

struct DoctorReport {
  std::string version;           ///< of hubcache
  std::string system;            ///< the kernel's name, release and machine
  std::filesystem::path python;  ///< the folder with bin/ and lib/ of the Python that is examined; "" if none was found
  bool offline = false;
  std::vector<Finding> findings;  ///< the wrong ones first, then the notes
  std::vector<ExaminedTarget> targets;
  std::vector<ExaminedHub> hubs;
  std::vector<ExaminedFileSystem> file_systems;
  /// The names that to_json() replaces: home folders by "~", user names by "<user>".
  std::vector<std::filesystem::path> homes;
  std::vector<std::string> user_names;

  std::size_t count(Severity severity) const;
};

/// Examines the machine. Changes nothing; asks each hub once, for at most some seconds, all at the same time. Packages
/// are those that the Python of VIRTUAL_ENV, else the first python3 in PATH, would import; no program is started. Only
/// a failure that prevents the examination as a whole is an Error: everything else is a Finding.
Result<DoctorReport> doctor(const Environment& environment, const DoctorRequest& request = {});

struct DoctorTextOptions {
  std::size_t width = 0;  ///< as in StatusTextOptions
  bool colour = false;    ///< as in StatusTextOptions
};
std::string to_text(const DoctorReport& report, const DoctorTextOptions& options = {});
/// For bug reports: home folders and user names are replaced.
std::string to_json(const DoctorReport& report);

}  // namespace hubcache
