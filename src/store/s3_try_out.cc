// `hubcache store check` calls S3Store::try_out() to try what only an S3 service has.
#include "base/language.h"
#include "base/try.h"
#include "digest/digest.h"
#include "store/s3_store.h"

namespace hubcache::store {
namespace {

constexpr std::string_view tried_content = "presigned\n";

std::string answered(const Result<http::Answer>& answer) {
  return answer ? say("the store answered {}", answer->status) : answer.error().message;
}

}  // namespace

std::vector<Finding> S3Store::try_out(const std::string& key) {
  std::vector<Finding> findings;
  S3Request request{.method = http::Method::put, .key = prefix_ + key, .body = tried_content};
  request.payload = digest::sha256_hex("other bytes");
  const auto wrong = client_->send(request);
  const bool is_refused = wrong && wrong->status >= 400 && wrong->status < 500;
  findings.push_back({say("an upload with a wrong SHA-256 is refused"), is_refused ? "" : answered(wrong),
                      say("a damaged upload may go unnoticed; use publish --verify"), false});

  request.payload.clear();
  const auto put = client_->send(request);
  const auto url = client_->presigned(request.key, 60);
  const auto got = !url ? url.error() : client_->get_unsigned(*url);
  const bool has_bytes = put && put->status == 200 && got && got->status == 200 && got->body == tried_content;
  findings.push_back({say("a presigned URL works"), has_bytes ? "" : answered(got),
                      say("clients cannot get files from the store itself"), false});
  if (has_bytes) {
    const auto refused = client_->get_unsigned(url->substr(0, url->find('?')));
    const bool is_private = refused && refused->status >= 400;
    findings.push_back({say("without a signature the object is refused"), is_private ? "" : answered(refused),
                        say("everybody who can reach the store can read the models"), false});
  }
  return findings;
}

}  // namespace hubcache::store
