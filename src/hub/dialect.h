// The API of one hub, as the local hub implements it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "hub/catalog.h"
#include "hub/served_digests.h"
#include "server/exchange.h"

namespace hubcache::hub {

/// A repo as a request names it.
struct AskedRepo {
  std::string owner, name;
  std::optional<RepoType> type = {};        ///< nullopt: the hub does not distinguish types
  std::vector<std::string> revisions = {};  ///< the possible readings of the revision, the likeliest first; empty: none
};

/// The ids of a published file.
struct PublishedIds {
  ObjectId git;  ///< of its blob; of a Git LFS file, that of its pointer
  ObjectId sha256;
  bool is_lfs = false;
  ObjectId commit;
};

/// How a dialect sends the content of a published file.
struct StoredAnswer {
  std::string etag;     ///< with quotes
  std::string headers;  ///< lines for every answer
  /// Files of more bytes may be sent by the store itself: the client follows a redirect, and repeats a transfer that
  /// fails.
  std::uint64_t redirect_above = 0;
};

/// The services that the local hub provides to a dialect.
struct Services {
  virtual ~Services() = default;
  virtual const Catalog& catalog() const = 0;
  /// Finds the repo that a request asks for: in the catalog, or published in a store.
  virtual const CatalogRepo* find(const server::Exchange& exchange, const Hub& hub, std::string_view owner,
                                  std::string_view name, std::optional<RepoType> type = {}) const = 0;
  /// Sends the content of a file with CatalogFile::stored.
  virtual void send_stored(const std::shared_ptr<server::Exchange>& exchange, const CatalogFile& file,
                           StoredAnswer answer) = 0;
  virtual ServedDigests& digests() = 0;
  virtual bool is_offline() const = 0;
  /// Whether answers must contain the SHA-256 of files, because the client compares it with its own files.
  virtual bool needs_digests() const = 0;
  /// Passes the request through to the dialect's upstream. If the upstream cannot be reached, `unreachable` answers.
  virtual void pass_through(const std::shared_ptr<server::Exchange>& exchange,
                            std::function<void(const std::string& reason)> unreachable) = 0;
  /// Runs `job` on another thread, then `then` on the server's thread.
  virtual void do_aside(std::function<void()> job, std::function<void()> then) = 0;
  /// Returns the user's environment variables as they were before the local hub's variables were added.
  virtual const Environment& environment() const = 0;
  /// Returns the address of the real hub, without a slash at the end.
  virtual const std::string& upstream() const = 0;
  /// Prints a line for the user to stderr; each distinct line is printed at most once.
  virtual void say(const std::string& line) = 0;
  /// Says that a request for a repo was refused, because it is offline and neither adopted nor published. `repo`: its
  /// id in the request.
  virtual void say_refused(const std::string& repo) = 0;
  /// Returns the local hub's address as this client knows it: "http://127.0.0.1:4242".
  virtual std::string root() const = 0;
};

struct Dialect {
  virtual ~Dialect() = default;
  /// Returns the environment variables that point the client to the local hub at `root`.
  virtual std::vector<std::pair<std::string, std::string>> variables(const std::string& root) const = 0;
  /// Returns the https sites, such as "https://www.hub.example", that some clients of this environment ask whatever
  /// variables() says. `hubcache run` answers them in place of the real ones if a repo of the hub is adopted. A site
  /// whose host is an IP address is not answered.
  virtual std::vector<std::string> fixed_sites(const Environment&) const { return {}; }
  /// Whether a client started with `environment` compares the SHA-256 of each file that it has.
  virtual bool needs_digests(const Environment& environment) const = 0;
  /// Returns the prefix of the path of each request by this client. The dialect with "" gets all other requests.
  virtual std::string_view prefix() const = 0;
  virtual void handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) = 0;

  /// Returns the repo that a request asks for; nullopt for other requests. Pure.
  virtual std::optional<AskedRepo> asked_repo(const server::Request&) const { return std::nullopt; }
  /// Returns the id by which the hub's clients know a published file. Pure.
  virtual ObjectId published_id(const PublishedIds& ids) const { return ids.git; }
  /// Returns the environment variable with the token of the hub's clients; "" for none.
  virtual std::string_view token_variable() const { return ""; }
  /// Returns a program in Python with which a user of the hub's client gets a repo, for people; "" if there is none.
  virtual std::string download_program(RepoType, const RepoId&, const std::string& /*revision*/) const { return ""; }
};

}  // namespace hubcache::hub
