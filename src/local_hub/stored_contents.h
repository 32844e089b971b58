// Sends the contents of published files: from the store itself by a redirect, or through this process.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "hub/dialect.h"
#include "local_hub/published_repos.h"
#include "local_hub/small_contents.h"
#include "server/aside.h"
#include "server/file_answer.h"

namespace hubcache::local_hub {

struct ContentOptions {
  bool redirects = true;
  std::string via = {};  ///< scheme://host[:port] of a cache in front of the stores; "" for none
};

class StoredContents {
 public:
  /// `stores` must outlive this object.
  /// `tell`: gets lines for people.
  StoredContents(boost::asio::io_context& io, const Stores& stores, ContentOptions options,
                 std::function<void(const std::string&)> tell)
      : io_(io), stores_(stores), options_(std::move(options)), tell_(std::move(tell)) {}

  void send(const std::shared_ptr<server::Exchange>& exchange, const hub::CatalogFile& file,
            const hub::StoredAnswer& about);

 private:
  void send_small(const std::shared_ptr<server::Exchange>& exchange, const hub::CatalogFile& file,
                  server::Answer answer, server::Part part);
  std::string damaged_text(const std::string& key, std::size_t store) const;
  void redirect(const std::shared_ptr<server::Exchange>& exchange, const std::string& url);

  boost::asio::io_context& io_;
  const Stores& stores_;
  const ContentOptions options_;
  std::function<void(const std::string&)> tell_;
  std::set<std::string> damaged_;  ///< keys of contents whose digest was wrong
  SmallContents small_{32 << 20};
  server::Aside aside_{32};
};

}  // namespace hubcache::local_hub
