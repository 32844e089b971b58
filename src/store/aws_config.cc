#include "store/aws_config.h"

#include <cerrno>

#include "base/ascii.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"

namespace hubcache::store {
namespace {

constexpr std::uint64_t most_bytes = 1 << 20;

/// Returns the file's text; "" if there is no file.
Result<std::string> text_of(const Environment& environment, const char* variable, const char* usual) {
  const auto named = environment.get(variable);
  const std::string name = environment.expand_user(named && !named->empty() ? *named : usual);
  auto text = fs::read_file(environment.working_folder / name, most_bytes);
  if (text) return text;
  if (text.error().number == ENOENT || text.error().number == ENOTDIR) return "";
  return Error{ErrorCode::usage, text.error().message,
               say("make the file readable, or name another one in {}", variable)};
}

}  // namespace

std::optional<Settings> section_of(std::string_view text, std::string_view section) {
  std::optional<Settings> settings;
  std::string block;
  for (bool is_inside = false; !text.empty();) {
    const auto end = text.find('\n');
    const std::string_view raw = text.substr(0, end);
    text = end == text.npos ? "" : text.substr(end + 1);
    const std::string_view line = stripped(raw);
    if (line.empty() || line.starts_with('#') || line.starts_with(';')) continue;
    if (line.starts_with('[') && line.ends_with(']')) {
      is_inside = stripped(line.substr(1, line.size() - 2)) == section;
      if (is_inside && !settings) settings.emplace();
      block.clear();
      continue;
    }
    const auto equals = line.find('=');
    if (!is_inside || equals == line.npos) continue;
    const std::string name = in_lower_case(stripped(line.substr(0, equals)));
    const std::string value(stripped(line.substr(equals + 1)));
    const bool is_indented = raw.starts_with(' ') || raw.starts_with('\t');
    if (!is_indented) block = value.empty() ? name : "";
    (*settings)[is_indented && !block.empty() ? block + "." + name : name] = value;
  }
  return settings;
}

Result<Settings> aws_profile(const Environment& environment) {
  const std::string named = environment.get("AWS_PROFILE").value_or("");
  const std::string profile = named.empty() ? "default" : named;
  const std::string credentials = TRY(text_of(environment, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"));
  const std::string config = TRY(text_of(environment, "AWS_CONFIG_FILE", "~/.aws/config"));
  auto of_credentials = section_of(credentials, profile);
  auto of_config = section_of(config, "profile " + profile);
  if (!of_config && profile == "default") of_config = section_of(config, profile);
  if (!named.empty() && !of_credentials && !of_config) {
    return Error{ErrorCode::usage, say("there is no profile {}, which AWS_PROFILE names", in_quotes(named)),
                 say("check ~/.aws/config and ~/.aws/credentials")};
  }
  Settings settings = std::move(of_credentials).value_or(Settings());
  settings.merge(std::move(of_config).value_or(Settings()));
  return settings;
}

}  // namespace hubcache::store
