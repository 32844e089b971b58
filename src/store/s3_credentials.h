// Finds the credentials for an S3 service where AWS's tools look for them, and renews temporary ones.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "store/aws_config.h"
#include "store/s3_signature.h"

namespace hubcache::store {

/// Looks in this order: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; the profile's keys; its
/// credential_process; the container's service (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI); the instance's
/// service (IMDSv2), unless AWS_EC2_METADATA_DISABLED is "true". Thread-safe.
class CredentialSource {
 public:
  CredentialSource(Environment environment, Settings profile)
      : environment_(std::move(environment)), profile_(std::move(profile)) {}

  /// Returns credentials that are valid for another five minutes. ErrorCode::usage if there are none, or if a source
  /// that is named fails.
  Result<Credentials> get();

 private:
  Result<std::optional<Credentials>> look() const;

  Environment environment_;
  Settings profile_;
  std::mutex mutex_;
  std::optional<Credentials> found_;
};

/// Reads the JSON of credential_process ("SessionToken") or of a service ("Token"). ErrorCode::usage if it has no keys.
Result<Credentials> credentials_in(const std::string& text);

/// Splits a command line as Python's shlex.split does, which botocore uses for credential_process; nullopt if a quote
/// has no end.
std::optional<std::vector<std::string>> split_command(std::string_view line);

/// Asks the container's or the instance's service; nullopt if this machine has none.
Result<std::optional<Credentials>> service_credentials(const Environment& environment);

}  // namespace hubcache::store
