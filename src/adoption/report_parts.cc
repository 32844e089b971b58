#include "adoption/report_parts.h"

#include <fmt/format.h>

#include "adoption/sites.h"
#include "base/text.h"
#include "hubs/registry.h"

namespace hubcache::adoption {
namespace {

constexpr std::size_t shown_at_most = 10;

}  // namespace

const hub::Hub& hub_of(const std::string& target) {
  const auto found = hubs::find_target(target);
  return found ? (*found)->hub() : *hubs::all().front();
}

hub::ClientNames client_of(const std::string& target) {
  const auto found = hubs::find_target(target);
  return found ? (*found)->client() : hub::ClientNames{"the client"};
}

std::string name_of_repo(const std::string& repo_id, const std::string& target) {
  const hub::Hub& hub = hub_of(target);
  const bool is_usual = target == hub.default_target;
  return adoption::id_with_hub(hub, repo_id) + (is_usual ? "" : " for " + target);
}

std::string warnings_text(const std::vector<std::string>& warnings) {
  std::string text;
  for (const std::string& warning : warnings) text += "warning: " + warning + "\n";
  return text;
}

std::string kept_text(const std::vector<std::string>& kept) {
  std::string text;
  for (const std::string& name : kept) text += "kept: " + printable(name) + "\n";
  return text;
}

std::string unread_text(const std::vector<std::string>& unread) {
  if (unread.empty()) return "";
  std::string text =
      fmt::format("{} cannot be read now and stays adopted as before:", counted(unread.size(), "adopted file"));
  for (std::size_t i = 0; i < unread.size() && i < shown_at_most; ++i) text += " " + in_quotes(unread[i]);
  return text + (unread.size() > shown_at_most ? " …\n" : "\n");
}

std::string missing_text(bool asked_hub, const std::vector<MissingFile>& missing, const std::string& target) {
  const std::string client(client_of(target).client);
  if (!asked_hub) return "what " + client + " will still download is not known: the hub was not asked\n";
  if (missing.empty()) return client + " will download nothing\n";
  std::uint64_t bytes = 0, known = 0;
  for (const MissingFile& file : missing) {
    if (file.size_known) bytes += file.size, ++known;
  }
  const std::string at_least = known > 0 ? "at least " + human_size(bytes) : "of unknown size";
  const Verdict& first = missing.front().verdict;
  const bool raises = first.action == Action::raises;
  const bool never_downloads =
      raises && (first.reason == Reason::file_missing || first.reason == Reason::dangling_link);
  std::string text =
      fmt::format("{} {}, {}:\n",
                  never_downloads ? client + " will not find"
                  : raises        ? "not here, and " + client + " raises an exception:"
                                  : client + " will still download",
                  counted(missing.size(), "file"), known == missing.size() ? human_size(bytes) : at_least);
  for (std::size_t i = 0; i < missing.size() && i < shown_at_most; ++i) {
    text += fmt::format("  {}  {}\n", printable(missing[i].path),
                        missing[i].size_known ? human_size(missing[i].size) : "size not known: it may be an LFS file");
  }
  if (missing.size() > shown_at_most) text += fmt::format("  and {} more\n", missing.size() - shown_at_most);
  return text;
}

}  // namespace hubcache::adoption
