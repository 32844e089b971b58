// Requests from a hostile program: each is an error, and nothing else happens.
#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include <hubcache/c.h>

#include "c_api/request.h"

namespace {

using hubcache::ErrorCode;
using hubcache::c_api::longest_request;
using hubcache::c_api::parse_request;

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

/// Returns the message of the error that hubcache_call() reports; "" if there is no error of the request.
std::string complaint(const std::string& request) {
  char* report = nullptr;
  const int code = hubcache_call(request.c_str(), nullptr, &report);
  const std::string text = report ? report : "";
  hubcache_free(report);
  return code == HUBCACHE_USAGE ? text : "";
}

struct Wrong {
  std::string name, request, message;
};

TEST_CASE("A wrong request is an error that says what is wrong") {
  const std::string deep = repeated("[", 100'000);
  for (const auto& [name, request, message] : std::initializer_list<Wrong>{
           {"empty", "", "is not valid JSON"},
           {"cut off", R"({"operation": "adopt")", "is not valid JSON"},
           {"more than one value", "{} {}", "is not valid JSON"},
           {"not UTF-8", "{\"operation\": \"\xff\"}", "is not valid JSON"},
           {"half a surrogate pair", R"({"operation": "\ud800"})", "is not valid JSON"},
           {"a number beyond all numbers", R"({"operation": 1e999})", "is not valid JSON"},
           {"no object", "[]", "a JSON object is expected"},
           {"deeply nested lists", deep, "nested too deeply"},
           {"deeply nested objects", repeated(R"({"a":)", 100'000), "nested too deeply"},
           {"deep in an argument", R"({"operation": "adopt", "arguments": {"include": [[[[]]]]}})",
            "nested too deeply"},
           {"a member twice", R"({"operation": "status", "operation": "adopt"})", "has a member twice"},
           {"an argument twice", R"({"operation": "status", "arguments": {"offline": true, "offline": false}})",
            "twice"},
           {"no operation", R"({"arguments": {}})", "'operation' is missing"},
           {"an operation of a wrong type", R"({"operation": 1})", "'operation' must be a string"},
           {"an unknown operation", R"({"operation": "destroy"})", "unknown operation: 'destroy'"},
           {"an unknown member", R"({"operation": "status", "options": {}})", "unknown argument: 'options'"},
           {"an unknown argument", R"({"operation": "status", "arguments": {"offlin": true}})", "'offlin'"},
           {"arguments of a wrong type", R"({"operation": "status", "arguments": []})",
            "'arguments' must be an object"},
           {"a flag of a wrong type", R"({"operation": "status", "arguments": {"offline": 1}})", "true or false"},
           {"a list of a wrong type", R"({"operation": "status", "arguments": {"repo_ids": "a/b"}})", "must be a list"},
           {"a list of wrong values", R"({"operation": "status", "arguments": {"repo_ids": [1]}})", "must be a string"},
           {"a missing argument", R"({"operation": "adopt", "arguments": {"folder": "x"}})", "'repo_id' is missing"},
           {"null for a required argument", R"({"operation": "release", "arguments": {"repo_id": null}})",
            "is missing"},
           {"NUL in a text", R"({"operation": "release", "arguments": {"repo_id": "a/b\u0000"}})", "without NUL"},
           {"NUL in a path", R"({"operation": "hash_files", "arguments": {"paths": ["a\u0000b"]}})", "without NUL"},
           {"NUL in bytes", R"({"operation": "hash_files", "arguments": {"paths": [{"bytes": "6100"}]}})",
            "without NUL"},
           {"odd bytes", R"({"operation": "hash_files", "arguments": {"paths": [{"bytes": "616"}]}})", "hexadecimal"},
           {"bytes that are no digits", R"({"operation": "hash_files", "arguments": {"paths": [{"bytes": "6G"}]}})",
            "hexa"},
           {"no path", R"({"operation": "hash_files", "arguments": {"paths": [{"byte": "61"}]}})",
            "must be a string, or"},
           {"a port that is none", R"({"operation": "serve", "arguments": {"port": 65536}})",
            "a number from 0 to 65535"},
           {"a negative port", R"({"operation": "serve", "arguments": {"port": -1}})", "a number from 0 to 65535"},
           {"an empty command", R"({"operation": "run", "arguments": {"command": []}})", "the command is empty"},
           {"a variable without a name", R"({"operation": "status", "environment": {"": "x"}})",
            "without a proper name"},
           {"a variable with =", R"({"operation": "status", "environment": {"A=B": "x"}})", "without a proper name"},
           {"a variable with NUL", R"({"operation": "status", "environment": {"A\u0000": "x"}})",
            "without a proper name"},
           {"a variable of a wrong type", R"({"operation": "status", "environment": {"A": 1}})",
            "must be a string, or"},
           {"a relative folder", R"({"operation": "status", "working_folder": "a"})", "not an absolute path"},
           {"an unknown word",
            R"({"operation": "adopt", "arguments": {"repo_id": "a/b", "folder": "x", "take": "both"}})",
            "invalid take value"},
       }) {
    CAPTURE(name);
    const std::string text = complaint(request);
    CHECK(text.contains(message));
  }
}

TEST_CASE("A huge request is refused before it is parsed") {
  const std::string text =
      R"({"operation": "status", "arguments": {"target": ")" + std::string(longest_request, 'x') + "\"}}";
  CHECK(complaint(text).contains("the request is longer than"));
}

TEST_CASE("A message has only the beginning of a huge name") {
  const std::string huge(1 << 20, 'x');
  CHECK(complaint(R"({"operation": ")" + huge + "\"}").size() < 1000);
  CHECK(complaint(R"({"operation": "status", "arguments": {")" + huge + "\": 1}}").size() < 1000);
  CHECK(complaint("{\"" + huge + "\": ]").size() < 1000);
}

TEST_CASE("A text with NUL, as other languages can pass it") {
  CHECK(parse_request(std::string_view("{\"operation\": \"status\"}\0", 24)).error().code == ErrorCode::usage);
}

TEST_CASE("A request's own environment replaces that of the process") {
  setenv("HUBCACHE_TEST_VARIABLE", "from the process", 1);
  const auto own = parse_request(
      R"({"operation": "status", "environment": {"A": {"bytes": "ff"}, "B": ""}, "working_folder": "/tmp"})");
  REQUIRE(own.has_value());
  CHECK(own->environment.variables.size() == 2);
  CHECK(own->environment.get("A") == "\xff");
  CHECK(own->environment.get("B") == "");
  CHECK(own->environment.working_folder == "/tmp");
  const auto captured = parse_request(R"({"operation": "status"})");
  REQUIRE(captured.has_value());
  CHECK(captured->environment.get("HUBCACHE_TEST_VARIABLE") == "from the process");
  CHECK(captured->environment.working_folder.is_absolute());
}

TEST_CASE("A path with any bytes is passed on") {
  auto request = parse_request(R"({"operation": "hash_files", "arguments": {"paths": ["a", {"bytes": "612fff"}]}})");
  REQUIRE(request.has_value());
  const auto paths = request->arguments.paths("paths");
  REQUIRE(paths.has_value());
  CHECK(*paths == std::vector<std::filesystem::path>{"a", "a/\xff"});
  CHECK(request->arguments.check_none_left().has_value());
}

}  // namespace
