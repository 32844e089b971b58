// A certificate for names of other hosts, from an authority of this process.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <hubcache/result.h>

namespace boost::asio::ssl {
class context;
}

namespace hubcache::server {

struct Identity {
  /// The certificate of the authority, as PEM. Whoever trusts it trusts this process for the names and their
  /// subdomains, and for nothing else.
  std::string authority;
  /// For the server's side of TLS: has the certificate for the names and its key.
  std::shared_ptr<boost::asio::ssl::context> context;
};

/// Whether the name can be in a certificate of make_identity: it is not an IP address, and has only letters in lower
/// case, digits, dots, hyphens and underscores.
bool is_host_name(const std::string& name);

/// Makes new keys and certificates, valid for 30 days. The keys are in memory alone: the authority's is dropped at
/// once, the other is in the context. `names`: at least one; is_host_name holds for each of them.
Result<Identity> make_identity(const std::vector<std::string>& names);

}  // namespace hubcache::server
