// Sends signed requests to one bucket of an S3 service.
#pragma once

#include <atomic>
#include <cstdint>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "http/client.h"
#include "http/connections.h"
#include "store/s3_credentials.h"
#include "store/s3_signature.h"

namespace hubcache::store {

struct S3Request {
  http::Method method = http::Method::get;
  std::string key = {};  ///< "" for the bucket itself
  Fields query = {};
  std::vector<std::string> headers = {};  ///< "Name: value"; they are not signed
  std::string_view body = {};
  std::string payload = {};  ///< SHA-256 of the body in hex; "": it is computed
};

/// Thread-safe.
class S3Client {
 public:
  /// Takes endpoint, region, addressing style and credentials from the environment and the profile, as AWS's tools do:
  /// AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, endpoint_url; AWS_REGION, AWS_DEFAULT_REGION, region; addressing_style in
  /// the block s3 ("path" or "virtual"; else path for a named endpoint, and virtual for AWS); AWS_CA_BUNDLE, ca_bundle.
  static Result<std::unique_ptr<S3Client>> make(const Environment& environment, const std::string& bucket);

  /// Sends the request, up to four times if the service fails or cannot be reached. Every other status is an Answer.
  /// `most_bytes`: limit for the answer's body.
  Result<http::Answer> send(const S3Request& request, std::uint64_t most_bytes = 16 << 20);
  /// Returns the Error for an answer with a status that the caller does not expect.
  Error unexpected(const S3Request& request, const http::Answer& answer) const;
  /// Store::set_public_url().
  Result<void> set_public_url(const std::string& url);
  /// Returns a URL that lets its owner get the object for some time.
  Result<std::string> presigned(const std::string& key, std::uint32_t seconds);
  /// Gets a URL without signing the request.
  Result<http::Answer> get_unsigned(const std::string& url);
  /// Ends running requests soon, with an Error; later requests fail, except those that remove something.
  void stop() {
    is_stopped_ = true;
    connections_.stop();
  }

 private:
  S3Client(const Environment& environment, const Settings& profile);
  Result<std::shared_ptr<const Signer>> signer(std::string_view time);
  Result<void> set_address(const std::string& address, std::string& origin, std::string& host) const;
  /// The signer and the time of the URLs that are made in this second.
  struct Second {
    std::time_t second = 0;
    std::string time;
    std::shared_ptr<const Signer> signer = {};
  };
  Result<std::shared_ptr<const Second>> this_second();
  std::string path_of(const std::string& key) const;
  std::string name_of(const S3Request& request) const;

  Environment environment_;
  CredentialSource credentials_;
  std::string bucket_, region_;
  std::string origin_;                       ///< scheme://host[:port]
  std::string host_;                         ///< as in the Host header
  std::string public_origin_, public_host_;  ///< the same in the URLs for clients
  bool is_virtual_ = false;                  ///< the host names the bucket
  std::string root_;                         ///< the path of the bucket, encoded; "" if the host names the bucket
  http::Connections connections_{24}, for_removals_{4};
  std::atomic<bool> is_stopped_ = false;
  std::mutex mutex_;
  std::shared_ptr<const Signer> signer_;  ///< for `signed_for_`
  std::shared_ptr<const Second> second_;  ///< the last one
  std::string signed_for_;                ///< day and credentials of the signer
};

}  // namespace hubcache::store
