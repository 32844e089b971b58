#include "hub/aistudio_endpoint.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "http/client.h"
#include "http/url.h"

namespace hubcache::hub {
namespace {

constexpr std::uint64_t max_token_bytes = 64 << 10;

/// aistudio_sdk/config.py; read at import, so that a wrong CURRENT_ENV fails whatever else is set.
Result<std::string> default_host(const Environment& environment) {
  const std::string name = environment.get("CURRENT_ENV").value_or("");
  if (name.empty() || name == "online") return std::string("https://git.aistudio.baidu.com");
  if (name == "sandbox") return std::string("http://sandbox-git.aistudio.baidu.com");
  return Error{ErrorCode::usage, "CURRENT_ENV is " + in_quotes(name) + ": the AI Studio SDK itself refuses to start",
               "unset it, or set it to online or sandbox"};
}

Result<std::string> host_of(const Environment& environment) {
  std::string host = TRY(default_host(environment));
  const auto named = environment.get("STUDIO_GIT_HOST");
  if (!named) return host;
  if (named->find_first_of("?#") == named->npos && http::parse_url(*named)) return *named;
  return Error{ErrorCode::usage,
               "STUDIO_GIT_HOST is no http or https address: '" + http::for_message(*named) +
                   "'; the AI Studio SDK fails on it too",
               "unset it, or set it to an address such as https://git.aistudio.baidu.com"};
}

/// os.getenv('AISTUDIO_CACHE_HOME', default=os.getenv('HOME')) in an f-string (snapshot_download.init): set but empty
/// stays empty, nothing is expanded, and without either it reads "None", beneath the working folder.
std::filesystem::path token_file(const Environment& environment) {
  auto home = environment.get("AISTUDIO_CACHE_HOME");
  if (!home) home = environment.get("HOME");
  return environment.working_folder / (home.value_or("None") + "/.cache/aistudio/.auth/token");
}

/// str.strip(), for the blanks of ASCII.
std::string stripped(std::string_view text) {
  static constexpr std::string_view blanks = " \t\n\v\f\r\x1c\x1d\x1e\x1f";
  const auto start = std::min(text.find_first_not_of(blanks), text.size());
  return std::string(text.substr(start, text.find_last_not_of(blanks) + 1 - start));
}

/// A folder on the way that may not be entered means "no such file" to os.path.exists.
Result<std::string> token_in(const std::filesystem::path& file) {
  const auto status = fs::status_of_target(file);
  if (!status || status->kind == fs::Kind::missing) return std::string();
  auto text = fs::read_file(file, max_token_bytes);
  if (text) return stripped(*text);
  return Error{ErrorCode::hub, "the access token cannot be read: " + text.error().message,
               "the AI Studio SDK fails on it too: mend the file, or set AISTUDIO_ACCESS_TOKEN"};
}

}  // namespace

Result<Endpoint> endpoint_of(const Environment& environment) {
  std::string host = TRY(host_of(environment));
  static constexpr const char* variable = "AISTUDIO_ACCESS_TOKEN";
  if (auto token = environment.get(variable); token && !token->empty())
    return Endpoint{std::move(host), *token, variable};
  const auto file = token_file(environment);
  std::string token = TRY(token_in(file));
  return Endpoint{std::move(host), std::move(token), printable(file.native())};
}

}  // namespace hubcache::hub
