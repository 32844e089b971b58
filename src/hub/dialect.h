// One hub's API as the local hub speaks it.
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

/// What a dialect answers with.
struct Services {
  virtual ~Services() = default;
  virtual const Catalog& catalog() const = 0;
  virtual ServedDigests& digests() = 0;
  virtual bool is_offline() const = 0;
  /// The client compares the SHA-256 of what it has: answers name it.
  virtual bool needs_digests() const = 0;
  /// Passes the request through to the dialect's upstream. `unreachable` answers instead where that cannot be reached.
  virtual void pass_through(const std::shared_ptr<server::Exchange>& exchange,
                            std::function<void(const std::string& reason)> unreachable) = 0;
  /// Does `job` on another thread, then `then` on the server's own.
  virtual void do_aside(std::function<void()> job, std::function<void()> then) = 0;
  /// The user's, as they were before the local hub's own were set.
  virtual const Environment& environment() const = 0;
  /// The address of the hub itself, without a slash at the end.
  virtual const std::string& upstream() const = 0;
  /// A line for people, to stderr; the same one is said once.
  virtual void say(const std::string& line) = 0;
  /// The local hub's own address as this client knows it: "http://127.0.0.1:4242".
  virtual std::string root() const = 0;
};

struct Dialect {
  virtual ~Dialect() = default;
  /// The variables that lead the client to the local hub at `root`.
  virtual std::vector<std::pair<std::string, std::string>> variables(const std::string& root) const = 0;
  /// Whether the client that `environment` starts compares the SHA-256 of each file that it has.
  virtual bool needs_digests(const Environment& environment) const = 0;
  /// What the path of every request of this client begins with; "" takes what no other one takes.
  virtual std::string_view prefix() const = 0;
  virtual void handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) = 0;
};

}  // namespace hubcache::hub
