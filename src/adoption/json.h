// Converts reports to JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/algorithm/string/replace.hpp>
#include <nlohmann/json.hpp>

#include <hubcache/report.h>
#include <hubcache/verify.h>

namespace hubcache::adoption {

constexpr int schema = 1;

/// Returns the value as text. Replaces bytes that are not UTF-8, which local paths can contain, by U+FFFD: JSON cannot
/// represent them.
inline std::string dump(const nlohmann::json& value) {
  return value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

inline nlohmann::json text_or_null(const std::string& text) {
  return text.empty() ? nlohmann::json(nullptr) : nlohmann::json(text);
}

/// Writes `frame` with `repos` as the value of its key "repos". Holds the JSON value of one repo at a time: such a
/// value takes ten times the memory of its text.
template <class Repo>
void write_with_repos(nlohmann::json frame, const std::vector<Repo>& repos, nlohmann::json (*repo_json)(const Repo&),
                      const Write& write) {
  frame["repos"] = nlohmann::json::array();
  const std::string text = dump(frame);
  // JSON strings contain no line end: the first match is the key of the frame itself.
  const std::size_t begin_of_list = text.find("\n  \"repos\": []") + std::string_view("\n  \"repos\": [").size();
  write(std::string_view(text).substr(0, begin_of_list));
  const char* separator = "\n    ";
  for (const Repo& repo : repos) {
    std::string item = dump(repo_json(repo));
    item.pop_back();
    boost::algorithm::replace_all(item, "\n", "\n    ");
    write(separator + item);
    separator = ",\n    ";
  }
  if (!repos.empty()) write("\n  ");
  write(std::string_view(text).substr(begin_of_list));
}

nlohmann::json files_json(const std::vector<VerifiedFile>& files);
nlohmann::json error_json(const Error& error);

}  // namespace hubcache::adoption
