#include "hubs/modelscope/dialect_request.h"

#include <algorithm>
#include <charconv>

namespace hubcache::hub::modelscope_api {
namespace {

constexpr std::size_t first_part = 3;          // the parts before it are modelscope, api and v1
constexpr std::size_t usual_page_size = 100;   // of the double; no client relies on it
constexpr std::size_t largest_page = 100'000;  // entries

bool is_api(const std::vector<std::string_view>& parts) {
  return parts.size() > first_part && parts[1] == "api" && parts[2] == "v1";
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::size_t number_of(const server::RequestTarget& target, std::string_view name, std::size_t otherwise) {
  const std::string text = target.asked(name);
  std::size_t value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc() && stop == text.data() + text.size() && value > 0 ? value : otherwise;
}

std::string joined(const std::vector<std::string_view>& parts, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < parts.size(); ++i) text.append(i > from ? "/" : "").append(parts[i]);
  return text;
}

/// Returns the value of a cookie in `Cookie: a=1; b=2`; "" if it is missing.
std::string cookie(std::string_view header, std::string_view name) {
  for (std::size_t start = 0; start < header.size();) {
    const auto end = std::min(header.find(';', start), header.size());
    std::string_view pair = header.substr(start, end - start);
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
      return std::string(pair.substr(name.size() + 1));
    start = end + 1;
  }
  return "";
}

}  // namespace

std::optional<RepoPath> repo_path(const server::RequestTarget& target) {
  const auto& parts = target.parts;
  if (!is_api(parts) || parts.size() < first_part + 3) return std::nullopt;
  RepoPath path;
  if (parts[first_part] == "datasets") path.type = RepoType::dataset;
  else if (parts[first_part] != "models") return std::nullopt;
  const std::string_view owner = parts[first_part + 1];
  const bool is_by_number =
      path.type == RepoType::dataset && is_number(owner) && joined(parts, first_part + 2) == "repo/tree";
  if (is_by_number) {
    path.number = owner;
    path.what = "repo/tree";
    return path;
  }
  auto decoded_owner = server::unescaped(owner), name = server::unescaped(parts[first_part + 2]);
  if (!decoded_owner || !name) return std::nullopt;
  path.owner = *std::move(decoded_owner);
  path.name = *std::move(name);
  path.what = joined(parts, first_part + 3);
  return path;
}

bool asks_for_acceleration(const server::RequestTarget& target) {
  return is_api(target.parts) && joined(target.parts, first_part) == "repos/internalAccelerationInfo";
}

Part part_of(const server::RequestTarget& target, bool has_pages) {
  Part part;
  part.folder = target.asked("Root");
  while (part.folder.ends_with('/')) part.folder.pop_back();
  part.folder.erase(0, std::min(part.folder.find_first_not_of('/'), part.folder.size()));
  part.is_recursive = server::same_word(target.asked("Recursive"), "true");
  part.page = number_of(target, "PageNumber", 1);
  if (has_pages) part.page_size = std::min(number_of(target, "PageSize", usual_page_size), largest_page);
  return part;
}

bool asks_for_part(const server::Request& request) {
  const auto range = request.header("Range");
  const auto dash = range.find('-');
  return range.starts_with("bytes=") && dash != range.npos && dash + 1 < range.size();
}

std::string token_of(const server::Request& request) {
  constexpr std::string_view bearer = "Bearer ";
  const auto text = request.header("Authorization");
  return text.starts_with(bearer) ? std::string(text.substr(bearer.size()))
                                  : cookie(request.header("Cookie"), "m_session_id");
}

}  // namespace hubcache::hub::modelscope_api
