#include "doctor/personal.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>

namespace hubcache::doctor_parts {
namespace {

bool is_of_name(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// True if the name at `at` is not the beginning of a longer one: "/home/me" in "/home/men" and in "/home/me.old".
bool ends_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return true;
  const bool is_dotted = text[at] == '.' && at + 1 < text.size() && is_of_name(text[at + 1]);
  return !is_of_name(text[at]) && !is_dotted;
}

/// False if the name at `at` is the end of a longer one. A hyphen may stand before a name: "/tmp/pytest-of-me".
bool begins_at(std::string_view text, std::size_t at) {
  return at == 0 || text[at - 1] == '-' || !is_of_name(text[at - 1]);
}

/// Replaces the name wherever it is whole.
void replace_names(std::string& text, std::string_view name, std::string_view by) {
  for (auto at = text.find(name); at != text.npos; at = text.find(name, at)) {
    if (!begins_at(text, at) || !ends_at(text, at + name.size())) {
      ++at;
      continue;
    }
    text.replace(at, name.size(), by);
    at += by.size();
  }
}

/// Replaces the name of the folder after each "/home/", whoever's it is.
void replace_folders_of_users(std::string& text) {
  constexpr std::string_view homes = "/home/", user = "<user>";
  for (auto at = text.find(homes); at != text.npos; at = text.find(homes, at)) {
    at += homes.size();
    const auto end = std::min(text.find_first_of("/'\" :;,)", at), text.size());
    if (end == at) continue;
    text.replace(at, end - at, user);
    at += user.size();
  }
}

std::set<std::string, std::less<>> common_words(const DoctorReport& report) {
  std::set<std::string, std::less<>> words = {"root"};
  for (const ExaminedHub& hub : report.hubs) words.insert(hub.name);
  for (const ExaminedTarget& target : report.targets) {
    words.insert(target.name);
    for (const InstalledPackage& package : target.packages) words.insert(package.name);
  }
  return words;
}

}  // namespace

Personal::Personal(const DoctorReport& report) {
  for (const auto& home : report.homes) homes_.push_back(home.native());
  std::ranges::sort(homes_, std::ranges::greater(), &std::string::size);
  const auto common = common_words(report);
  std::ranges::copy_if(report.user_names, std::back_inserter(users_),
                       [&](const std::string& name) { return !name.empty() && !common.contains(name); });
}

std::string Personal::hidden(std::string text) const {
  for (const std::string& home : homes_) replace_names(text, home, "~");
  replace_folders_of_users(text);
  for (const std::string& user : users_) replace_names(text, user, "<user>");
  return text;
}

}  // namespace hubcache::doctor_parts
