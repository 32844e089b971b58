// The functions of hubcache/c.h. No exception leaves them.
#include <cstdlib>
#include <cstring>
#include <string>

#include <hubcache/c.h>
#include <hubcache/report.h>
#include <hubcache/version.h>

#include "base/caught.h"
#include "base/try.h"
#include "c_api/callbacks.h"
#include "c_api/neutral_words.h"
#include "c_api/operations.h"
#include "c_api/request.h"

namespace {

using namespace hubcache;

Result<std::string> answer(const char* request, const hubcache_callbacks* callbacks) {
  if (!request) return Error{ErrorCode::usage, "the request is null", "hubcache/c.h shows a request"};
  const hubcache_callbacks all = c_api::complete(callbacks);
  return c_api::perform(TRY(c_api::parse_request({request, strnlen(request, c_api::longest_request + 1)})), all);
}

/// Returns null if there is no memory for the copy.
// NOLINTBEGIN(cppcoreguidelines-owning-memory,cppcoreguidelines-no-malloc): callers in C own the report.
char* copy_of(const std::string& text) {
  char* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy) std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

int put(const Error& error, char** report) noexcept try {
  *report = copy_of(to_json(c_api::neutral(error)));
  return static_cast<int>(error.code);
} catch (...) {
  return static_cast<int>(error.code);  // no memory for the error's JSON either
}

}  // namespace

extern "C" {

int hubcache_call(const char* request, const hubcache_callbacks* callbacks, char** report) {
  char* ignored = nullptr;
  char** const out = report ? report : &ignored;
  *out = nullptr;
  int code = 0;
  try {
    const Result<std::string> answered = answer(request, callbacks);
    if (!answered) code = put(answered.error(), out);
    else if (*out = copy_of(*answered); !*out) code = static_cast<int>(ErrorCode::failed);
  } catch (...) {
    code = put(caught(), out);
  }
  std::free(ignored);
  return code;
}

void hubcache_free(char* report) { std::free(report); }

// NOLINTEND(cppcoreguidelines-owning-memory,cppcoreguidelines-no-malloc)

int hubcache_interface_version(void) { return HUBCACHE_INTERFACE_VERSION; }

const char* hubcache_version(void) { return HUBCACHE_VERSION; }
}
