#include "store/s3_signature.h"

#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "store/s3_credentials.h"

namespace hubcache::store {
namespace {

using nlohmann::json;

const json& oracle() {
  static const json data = json::parse(std::ifstream(HUBCACHE_TEST_DATA "/store/s3_signatures.json"));
  return data;
}

std::string after(const std::string& text, const std::string& mark) {
  return text.substr(text.find(mark) + mark.size());
}

}  // namespace

TEST_CASE("requests have the signatures that botocore gives them") {
  REQUIRE(oracle()["signatures"].size() >= 10);
  int urls = 0;
  for (const json& one : oracle()["signatures"]) {
    CAPTURE(one.dump());
    const std::string time = one["time"], method = one["method"], host = one["host"], payload = one["payload"];
    const std::string expected = one["authorization"], presigned = one["presigned"];
    const std::string path = encode_path(one["path"].get<std::string>()), region = one["region"];
    const Credentials credentials{one["key_id"], one["secret"], one["token"]};
    ToSign request{.method = method, .host = host, .path = path, .payload = payload};
    for (const json& pair : one["query"]) request.query.emplace_back(pair[0], pair[1]);
    const Signer signer(credentials, region, time.substr(0, 8));
    const std::string header = signer.headers(request, time).back();
    CHECK(after(header, "Signature=") == after(expected, "Signature="));
    request.payload = "UNSIGNED-PAYLOAD";
    CHECK(after(signer.presign(request, time, 3600), "X-Amz-Signature=") == presigned);
    if (!request.query.empty() || method != "GET") continue;
    ++urls;
    std::string url = "http://" + host + path;
    const std::size_t start = url.size() - path.size();
    signer.presign_get(url, start, host, time, 3600);
    CHECK(url.substr(start) == path + "?" + signer.presign(request, time, 3600));
  }
  CHECK(urls >= 2);
}

TEST_CASE("doubled blanks in header values do not count") {
  const Signer signer({"id", "secret"}, "r", "20260101");
  const auto signature = [&](const std::string& value) {
    const ToSign request{
        .method = "GET", .host = "h", .path = "/", .headers = {{"x-amz-meta-a", value}}, .payload = "p"};
    return after(signer.headers(request, "20260101T000000Z").back(), "Signature=");
  };
  CHECK(signature(" a  b ") == signature("a b"));
  CHECK(signature("a c") != signature("a b"));
}

TEST_CASE("a command line is split as shlex splits it") {
  REQUIRE(oracle()["commands"].size() >= 10);
  for (const json& one : oracle()["commands"]) {
    CAPTURE(one.dump());
    const auto words = split_command(one["line"].get<std::string>());
    // A backslash at the end is an error for shlex.
    if (one["words"].is_null()) CHECK((!words || one["line"].get<std::string>().ends_with('\\')));
    else CHECK(words == one["words"].get<std::vector<std::string>>());
  }
}

TEST_CASE("credentials of a process and of a service are read, and others refused") {
  const auto of_process = credentials_in(
      R"({"Version":1,"AccessKeyId":"a","SecretAccessKey":"b","SessionToken":"c","Expiration":"2026-01-31T23:59:59Z"})");
  REQUIRE(of_process);
  CHECK(of_process->token == "c");
  CHECK(of_process->expires_at == 1769903999);
  CHECK(credentials_in(R"({"AccessKeyId":"a","SecretAccessKey":"b","Token":"t"})")->token == "t");
  for (const char* bad : {"", "[]", "{}", R"({"AccessKeyId":"a"})", R"({"AccessKeyId":1,"SecretAccessKey":"b"})"})
    CHECK(!credentials_in(bad));
}

}  // namespace hubcache::store
