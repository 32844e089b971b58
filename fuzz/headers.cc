// Follows any Location and any Link of a hub's answer.
#include <string>
#include <string_view>

#include "harness.h"
#include "http/url.h"
#include "hubs/huggingface/answer.h"
#include "server/mount.h"

namespace hubcache::fuzz {
namespace {

void check_followed(const http::Url& from, std::string_view location) {
  const auto url = http::follow(from, location);
  if (!url) return;
  require(url->scheme == "http" || url->scheme == "https");
  require(!url->host.empty());
  const auto again = http::parse_url(url->text);
  require(again && http::same_origin(*again, *url));
  if (!http::same_origin(*url, from)) require(!url->has_user);
}

/// Checks that the client gets neither the user nor the password of the upstream.
void check_passed_on(std::string_view value) {
  const server::Mount mount{"https://me:word-of-upstream@artifacts.example/api/hub", "http://127.0.0.1:8477/hf"};
  for (const std::string_view name : {"Location", "Link"}) {
    const auto passed = server::field_for_client(mount, mount.upstream + "/api/models/me/model?a=b", name, value);
    if (value.find("word-of-upstream") == value.npos) require(passed.find("word-of-upstream") == passed.npos);
  }
}

}  // namespace

/// The parts: the requested address, the value of the header.
void take(std::string_view input) {
  const auto [requested, value] = split<2>(input);
  check_passed_on(value);
  const std::string next = hub::next_page_in(std::string(value));
  const auto from = http::parse_url(requested);
  if (!from) return;
  check_followed(*from, value);
  check_followed(*from, next);
}

}  // namespace hubcache::fuzz
