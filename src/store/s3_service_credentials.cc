// Credentials that a container or an instance of a cloud gets from a service on its own machine.
//
// Reference: botocore 1.34, credentials.ContainerProvider, utils.ContainerMetadataFetcher and
// utils.InstanceMetadataFetcher.
#include <array>
#include <cerrno>

#include "base/ascii.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "http/client.h"
#include "http/url.h"
#include "store/s3_credentials.h"

namespace hubcache::store {
namespace {

constexpr const char* container_service = "http://169.254.170.2";
constexpr const char* instance_service = "http://169.254.169.254";
constexpr http::Limits service_limits{.body_bytes = 64 << 10, .connect_seconds = 2, .total_seconds = 10};

/// The services are on this machine: no proxy leads to them.
Environment without_proxy(Environment environment) {
  environment.variables["no_proxy"] = environment.variables["NO_PROXY"] = "*";
  return environment;
}

Result<std::string> ask(const Environment& environment, const std::string& url, const http::Form& form) {
  http::Client client(environment, "", "", service_limits);
  const auto answer = TRY(client.send(form, url));
  if (answer.status == 200) return answer.body;
  return Error{ErrorCode::usage,
               say("the service for credentials answered {} at {}", answer.status, http::for_message(url)),
               say("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE")};
}

/// botocore sends the token by plain http to these hosts alone (ContainerMetadataFetcher._validate_allowed_url).
bool may_be_asked(const http::Url& url) {
  static constexpr std::array hosts = {"169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "localhost"};
  for (const std::string_view host : hosts) {
    if (url.host == host) return true;
  }
  return url.scheme == "https" || url.host.starts_with("127.");
}

Result<Credentials> of_container(const Environment& environment, const std::string& address) {
  const auto url = TRY(http::parse_url(address));
  if (!may_be_asked(url)) {
    return Error{
        ErrorCode::usage,
        say("AWS_CONTAINER_CREDENTIALS_FULL_URI names the host {}, to which no token may be sent", in_quotes(url.host)),
        say("use https, or the address of the container's own service")};
  }
  http::Form form{.follows_redirects = false};
  std::string token = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or("");
  if (const auto file = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"))
    token = stripped(TRY(fs::read_file(environment.working_folder / *file, service_limits.body_bytes)));
  if (token.find_first_of("\r\n") != token.npos)
    return Error{ErrorCode::usage, say("the token for the container's credentials contains a line break"), ""};
  if (!token.empty()) form.headers.push_back("Authorization: " + token);
  return credentials_in(TRY(ask(environment, url.text, form)));
}

/// IMDSv2: a token first, then the role's name, then its credentials.
Result<std::optional<Credentials>> of_instance(const Environment& environment) {
  const std::string root = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT").value_or(instance_service);
  const http::Form for_token{.method = http::Method::put, .headers = {"X-aws-ec2-metadata-token-ttl-seconds: 21600"}};
  const auto token = ask(environment, root + "/latest/api/token", for_token);
  if (!token) return std::optional<Credentials>();  // not an instance
  const http::Form form{.headers = {"X-aws-ec2-metadata-token: " + std::string(stripped(*token))},
                        .follows_redirects = false};
  const std::string roles = root + "/latest/meta-data/iam/security-credentials/";
  const auto role = ask(environment, roles, form);
  if (!role) return std::optional<Credentials>();  // an instance without a role
  return credentials_in(TRY(ask(environment, roles + http::quote(stripped(*role)), form)));
}

}  // namespace

Result<std::optional<Credentials>> service_credentials(const Environment& environment) {
  const Environment direct = without_proxy(environment);
  if (const auto path = direct.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"))
    return TRY(of_container(direct, container_service + *path));
  if (const auto address = direct.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")) return TRY(of_container(direct, *address));
  if (in_lower_case(direct.get("AWS_EC2_METADATA_DISABLED").value_or("")) == "true")
    return std::optional<Credentials>();
  return of_instance(direct);
}

}  // namespace hubcache::store
