// Compares hubcache's patterns with git's.
#include <rapidcheck.h>

#include "fs/glob.h"
#include "unit/fs/git_oracle.h"
#include "unit/fs/support.h"

namespace hubcache::fs::test {
namespace {

Answer answer_ourselves(const Question& question) {
  const auto glob = Glob::parse(question.pattern);
  Answer answer;
  for (const auto& file : question.files) answer.files.push_back(glob && ignores(*glob, file, false));
  for (const auto& folder : question.folders) answer.folders.push_back(glob && ignores(*glob, folder, true));
  return answer;
}

/// Returns one line for each path on which hubcache and git differ.
std::string differences(const std::vector<Question>& questions) {
  const std::vector<Answer> git = ask_git(questions);
  std::string text;
  const auto compare = [&](const Question& question, const std::vector<std::string>& names,
                           const std::vector<bool>& theirs, const std::vector<bool>& ours, const char* kind) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (theirs[i] == ours[i]) continue;
      text += "pattern " + question.pattern + ", " + kind + " " + names[i] + ": git says " +
              (theirs[i] ? "ignored" : "not ignored") + "\n";
    }
  };
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Answer ours = answer_ourselves(questions[i]);
    compare(questions[i], questions[i].files, git[i].files, ours.files, "file");
    compare(questions[i], questions[i].folders, git[i].folders, ours.folders, "folder");
  }
  return text;
}

bool has_git(std::string_view what) {
  if (git_version().empty()) skip(what, "git is not installed");
  return !git_version().empty();
}

/// Returns all words of up to `length` pieces.
std::vector<std::string> words_of(const std::vector<std::string>& pieces, int length) {
  std::vector<std::string> all, last = {""};
  for (int i = 0; i < length; ++i) {
    std::vector<std::string> longer;
    for (const auto& word : last) {
      for (const auto& piece : pieces) longer.push_back(word + piece);
    }
    all.insert(all.end(), longer.begin(), longer.end());
    last = std::move(longer);
  }
  return all;
}

const std::vector<std::string> some_paths = {"a",    "b",     "aa",    "ab",    "a/a",   "a/b",     "b/a",
                                             "aa/a", "a/a/a", "a/b/a", "b/b/a", "ab/ba", "a/b/a/b", "aa/bb/aa/a"};

rc::Gen<std::string> joined(const std::vector<std::string>& pieces, std::size_t most) {
  return rc::gen::map(rc::gen::mapcat(rc::gen::inRange<std::size_t>(1, most + 1),
                                      [=](std::size_t count) {
                                        return rc::gen::container<std::vector<std::string>>(count,
                                                                                            rc::gen::elementOf(pieces));
                                      }),
                      [](const std::vector<std::string>& chosen) {
                        std::string text;
                        for (const auto& piece : chosen) text += piece;
                        return text;
                      });
}

rc::Gen<std::string> pattern() {
  return joined(
      {"a",     "b",    "ab",   "/",      "/",    "*",    "*",      "**",     "**/",         "/**/",      "/**",
       "?",     "[ab]", "[!a]", "[^b-c]", "[]a]", "[a-]", "[a-c-]", "[\\]b]", "[[:alpha:]]", "[[:foo:]]", "[[:]",
       "[a/b]", "\\a",  "\\*",  "\\/",    "\\",   "[",    "]",      "-",      ".",           "\xC3\xA9",  "x**\\/"},
      6);
}

rc::Gen<std::string> part() {
  return joined({"a", "b", "ab", "c", "x", "-", "[", "]", "*", "\\", ":", "\xC3\xA9", ".a", "\xFF"}, 3);
}

rc::Gen<std::string> some_path() {
  return rc::gen::map(
      rc::gen::mapcat(rc::gen::inRange<std::size_t>(1, 5),
                      [](std::size_t count) { return rc::gen::container<std::vector<std::string>>(count, part()); }),
      [](const std::vector<std::string>& parts) {
        std::string text = parts[0];
        for (std::size_t i = 1; i < parts.size(); ++i) text += "/" + parts[i];
        return text;
      });
}

rc::Gen<Question> question() {
  const auto paths = rc::gen::container<std::vector<std::string>>(8, some_path());
  return rc::gen::map(rc::gen::tuple(pattern(), paths, paths), [](const auto& drawn) {
    return Question{std::get<0>(drawn), std::get<1>(drawn), std::get<2>(drawn)};
  });
}

TEST_CASE("every short pattern matches as in git") {
  if (!has_git("short patterns")) return;
  std::vector<Question> questions;
  for (const auto& word : words_of({"a", "/", "*", "?", "[!b]"}, 5)) {
    if (word.find_first_not_of('/') != word.npos) questions.push_back({word, some_paths, some_paths});
  }
  CHECK(differences(questions) == "");
}

TEST_CASE("random patterns match as in git") {
  if (!has_git("any patterns")) return;
  CHECK(rc::check("as git check-ignore", [] {
    const auto questions = *rc::gen::noShrink(rc::gen::container<std::vector<Question>>(30, question()));
    const std::string found = differences(questions);
    if (!found.empty()) RC_FAIL(found);
  }));
}

TEST_CASE("classes and ranges match the same bytes as in git") {
  if (!has_git("classes")) return;
  std::vector<std::string> paths;
  for (int byte = 1; byte < 256; ++byte) {
    if (byte != '/') paths.push_back(std::string("x") + static_cast<char>(byte) + "y");
  }
  std::vector<Question> questions;
  for (const char* name :
       {"alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit"}) {
    questions.push_back({std::string("x[[:") + name + ":]]y", paths, {}});
    questions.push_back({std::string("x[^[:") + name + ":]]y", paths, {}});
  }
  for (const char* set : {"[!-~]", "[a-\xC3]", "[\x80-\xFF]", "[^\x01-z]", "[z-a]", "[\\--\\/]", "[--0]", "[[-`]",
                          "[[:alpha:]-z]", "[a-[:digit:]]", "?", "[+--]", "[!]]", "[]-a]"}) {
    questions.push_back({std::string("x") + set + "y", paths, {}});
  }
  CHECK(differences(questions) == "");
}

}  // namespace
}  // namespace hubcache::fs::test
