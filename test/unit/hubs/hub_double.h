// A hub that answers for one repo like Gitea 1.22.3, from a list of files, or wrongly if a test says so.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/repo.h>

#include "hubs/aistudio/listing.h"
#include "unit/http/loopback_server.h"

namespace hubcache::test {

struct File {
  std::string path;
  std::string content;  ///< the pointer of an LFS file
  std::string mode = "100644";
  std::string type = "blob";
};

std::string id_of(const std::string& content);  ///< forty hex digits; not a git blob id, which is not required
std::string pointer(std::uint64_t size);

/// An answer that replaces the correct one.
struct Answer {
  int status = 200;
  std::string body;
  std::string type = "application/json;charset=utf-8";
};

class HubDouble {
 public:
  using Override = std::function<std::optional<Answer>(const Request&)>;

  explicit HubDouble(std::vector<File> files, Override instead = {});

  Result<hub::Listing> list(
      const std::function<bool(const RelPath&)>& is_local = [](const RelPath&) { return true; },
      const std::string& revision = "master") const;
  Result<hub::Listing> list_with(const hub::Local& local, const std::string& revision = "master") const;

  std::string origin() const { return server_.origin(); }
  std::string base() const { return server_.origin() + "/api/v1/repos/me/model"; }
  std::vector<std::string> asked() const;         ///< targets below `base`, in the order of arrival
  int asked_for(const std::string& start) const;  ///< the number of targets with this prefix
  int most_at_once() const { return server_.most_at_once(); }

  Environment environment;       ///< for list(); names this hub, and the token "t0ken"
  std::size_t page_size = 1000;  ///< the server's page size for per_page=1000
  bool page_quirks = false;      ///< as Gitea 1.22: `truncated` is true on the last of several pages too

 private:
  Answer answer(const Request& request) const;
  Answer tree(const std::string& query) const;
  Answer contents(const std::string& path) const;
  std::string entry(const File& file) const;

  std::map<std::string, File> files_;
  std::vector<File> in_order_;
  Override instead_;
  test::LoopbackServer server_;
};

std::string fixture(const std::string& name);  ///< test/data/gitea/NAME
std::string unquoted(std::string_view text);

}  // namespace hubcache::test
