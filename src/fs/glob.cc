#include "fs/glob.h"

#include <algorithm>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"

namespace hubcache::fs {
namespace {

constexpr std::size_t longest = 4096;  // bytes; no path is longer

Error unusable(std::string_view pattern, std::string_view why, std::string hint) {
  return {ErrorCode::usage, say("the pattern {} {}", in_quotes(pattern.substr(0, 200)), why), std::move(hint)};
}

Error never_matches(std::string_view pattern) {
  return unusable(pattern, say("can never match"),
                  say("use .gitignore syntax, relative to the folder: *.bin, /top, a/b, logs/, **/tmp"));
}

std::string_view filename(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

Result<Glob> Glob::parse(std::string_view pattern) {
  if (pattern.size() > longest)
    return unusable(pattern, say("is too long"), say("use a pattern of at most 4,096 bytes"));
  if (pattern.find('\0') != pattern.npos) return never_matches(pattern);
  if (pattern.starts_with('!')) {
    return unusable(pattern, say("begins with '!'"),
                    say("negated patterns are not supported; write \\! for a name that begins with '!'"));
  }
  Glob glob;
  std::string_view text = pattern;
  if (text.ends_with('/')) {
    glob.folders_only_ = true;
    text.remove_suffix(1);
  }
  glob.anchored_ = text.find('/') != text.npos;
  if (text.starts_with('/')) text.remove_prefix(1);
  // git compares the text before the first special character separately, so that in `a**/b` the `**` begins a pattern
  // of its own and crosses folders (git 2.39.5, dir.c, match_pathname).
  glob.start_ = text.substr(0, text.find_first_of("*?[\\"));
  auto rest = Wildmatch::compile(text.substr(glob.start_.size()));
  if (!rest || !rest->can_follow(glob.start_)) return never_matches(pattern);
  glob.rest_ = std::move(*rest);
  return glob;
}

bool Glob::matches(std::string_view path, bool is_folder) const {
  if (folders_only_ && !is_folder) return false;
  const std::string_view text = anchored_ ? path : filename(path);
  return text.starts_with(start_) && rest_.matches(text.substr(start_.size()));
}

Result<std::vector<Glob>> parse_globs(const std::vector<std::string>& patterns) {
  std::vector<Glob> globs;
  globs.reserve(patterns.size());
  for (const std::string& pattern : patterns) globs.push_back(TRY(Glob::parse(pattern)));
  return globs;
}

std::string glob_of_path(std::string_view path) {
  std::string pattern = "/";
  for (const char c : path) {
    if (std::string_view("*?[]\\").contains(c)) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

}  // namespace hubcache::fs
