// Sends the contents of published files: from the store itself by a redirect, or through this process.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "hub/dialect.h"
#include "local_hub/published_repos.h"
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
  StoredContents(boost::asio::io_context& io, const Stores& stores, ContentOptions options)
      : io_(io), stores_(stores), options_(std::move(options)) {}

  void send(const std::shared_ptr<server::Exchange>& exchange, const hub::CatalogFile& file,
            const hub::StoredAnswer& answer);

 private:
  void send_small(const std::shared_ptr<server::Exchange>& exchange, const hub::CatalogFile& file,
                  server::Answer answer, server::Part part);
  void redirect(const std::shared_ptr<server::Exchange>& exchange, const std::string& url);
  std::shared_ptr<const std::string> remembered(const Sha256& sha256);
  void remember(const Sha256& sha256, std::shared_ptr<const std::string> bytes);

  boost::asio::io_context& io_;
  const Stores& stores_;
  const ContentOptions options_;
  std::deque<std::pair<Sha256, std::shared_ptr<const std::string>>> small_;  ///< the latest first
  std::uint64_t small_bytes_ = 0;
  server::Aside aside_{32};
};

}  // namespace hubcache::local_hub
