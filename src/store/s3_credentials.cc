#include "store/s3_credentials.h"

#include <ctime>

#include <nlohmann/json.hpp>

#include "base/language.h"
#include "base/process.h"
#include "base/text.h"
#include "base/try.h"

namespace hubcache::store {
namespace {

constexpr std::int64_t margin = 300;  // seconds
constexpr ProcessLimits process_limits{.seconds = 60, .bytes = 64 << 10};

Error no_keys(std::string message) {
  return {ErrorCode::usage, std::move(message), say("check it with: aws sts get-caller-identity")};
}

std::string text_in(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// Returns the time of "2026-12-31T23:59:59Z" or "2026-12-31T23:59:59+00:00"; 0 if it is empty or another format.
std::int64_t parse_time(const std::string& text) {
  std::tm parts{};
  return strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) ? timegm(&parts) : 0;
}

std::optional<Credentials> named_keys(const std::string& id, const std::string& secret, const std::string& token) {
  if (id.empty() || secret.empty()) return std::nullopt;
  return Credentials{id, secret, token};
}

std::string setting(const Settings& settings, std::string_view name) {
  const auto found = settings.find(name);
  return found == settings.end() ? "" : found->second;
}

Result<Credentials> of_process(const std::string& line) {
  const auto words = split_command(line);
  if (!words || words->empty())
    return Error{ErrorCode::usage, say("credential_process is not a command: {}", in_quotes(line)),
                 say("check ~/.aws/config")};
  auto output = output_of(*words, process_limits);
  if (!output)
    return Error{ErrorCode::usage, say("credential_process failed: {}", output.error().message),
                 say("run it by hand: {}", printable(line))};
  auto credentials = credentials_in(*output);
  if (!credentials) return no_keys(say("the output of credential_process has no credentials"));
  return credentials;
}

}  // namespace

Result<Credentials> credentials_in(const std::string& text) {
  const auto object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_object()) return no_keys(say("the answer has no credentials"));
  std::string token = text_in(object, "SessionToken");
  if (token.empty()) token = text_in(object, "Token");
  auto credentials = named_keys(text_in(object, "AccessKeyId"), text_in(object, "SecretAccessKey"), token);
  if (!credentials) return no_keys(say("the answer has no credentials"));
  credentials->expires_at = parse_time(text_in(object, "Expiration"));
  return *credentials;
}

std::optional<std::vector<std::string>> split_command(std::string_view line) {
  std::vector<std::string> words;
  bool is_inside = false;
  char quote = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    const bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!quote && is_blank) {
      is_inside = false;
      continue;
    }
    if (!is_inside) words.emplace_back();
    is_inside = true;
    const char next = at + 1 < line.size() ? line[at + 1] : 0;
    const bool escapes = c == '\\' && next && (!quote || (quote == '"' && (next == '"' || next == '\\')));
    if (escapes) words.back() += line[++at];
    else if (quote ? c == quote : c == '"' || c == '\'') quote = quote ? 0 : c;
    else words.back() += c;
  }
  return quote ? std::nullopt : std::optional(words);
}

Result<std::optional<Credentials>> CredentialSource::look() const {
  const auto variable = [&](const char* name) { return environment_.get(name).value_or(""); };
  if (auto keys =
          named_keys(variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"), variable("AWS_SESSION_TOKEN")))
    return keys;
  if (auto keys = named_keys(setting(profile_, "aws_access_key_id"), setting(profile_, "aws_secret_access_key"),
                             setting(profile_, "aws_session_token")))
    return keys;
  if (const std::string process = setting(profile_, "credential_process"); !process.empty())
    return TRY(of_process(process));
  return service_credentials(environment_);
}

Result<Credentials> CredentialSource::get() {
  const std::lock_guard lock(mutex_);
  const bool is_valid = found_ && (found_->expires_at == 0 || found_->expires_at - margin > std::time(nullptr));
  if (!is_valid) found_ = TRY(look());
  if (found_) return *found_;
  return Error{ErrorCode::usage, say("there are no credentials for the store"),
               say("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE")};
}

}  // namespace hubcache::store
