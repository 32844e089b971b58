#include "adoption/report_parts.h"

#include <fmt/format.h>

#include "adoption/sites.h"
#include "base/language.h"
#include "base/text.h"
#include "hubs/registry.h"

namespace hubcache::adoption {
namespace {

constexpr std::size_t shown_at_most = 10;

/// Returns the total size of these files; a minimum if the sizes of some are unknown.
std::string size_of(const std::vector<MissingFile>& missing) {
  std::uint64_t bytes = 0, known = 0;
  for (const MissingFile& file : missing) {
    if (file.size_known) bytes += file.size, ++known;
  }
  if (known == missing.size()) return human_size(bytes);
  return known > 0 ? say("at least {}", human_size(bytes)) : say("unknown size");
}

/// Says which versions of the target's client download the files of the hub that an adoption lacks; "" if all do.
std::string_view note_on_more(const std::string& target) {
  const auto found = hubs::find_target(target);
  return found ? translated((*found)->words.when_hub_has_more) : "";
}

}  // namespace

const hub::Hub& hub_of(const std::string& target) {
  const auto found = hubs::find_target(target);
  return found ? (*found)->hub : *hubs::all().front();
}

hub::ClientNames client_of(const std::string& target) {
  const auto found = hubs::find_target(target);
  return found ? (*found)->words.client : hub::ClientNames{translated("the client")};
}

std::string at_most(const std::string& target, const std::string& downloads) {
  return note_on_more(target).empty() ? downloads : say("up to {}", downloads);
}

std::string name_of_repo(const std::string& repo_id, const std::string& target) {
  const hub::Hub& hub = hub_of(target);
  const bool is_usual = target == hub.default_target;
  const std::string id = adoption::id_with_hub(hub, repo_id);
  return is_usual ? id : say("{} for {}", id, target);
}

std::string warnings_text(const std::vector<std::string>& warnings) {
  std::string text;
  for (const std::string& warning : warnings) text += say("warning: {}", warning) + "\n";
  return text;
}

std::string kept_text(const std::vector<std::string>& kept) {
  std::string text;
  for (const std::string& name : kept) text += say("kept: {}", printable(name)) + "\n";
  return text;
}

std::string unread_text(const std::vector<std::string>& unread) {
  if (unread.empty()) return "";
  std::string text = say("cannot read {} now; they stay adopted:", counted(unread.size(), "adopted file"));
  for (std::size_t i = 0; i < unread.size() && i < shown_at_most; ++i) text += " " + in_quotes(unread[i]);
  return text + (unread.size() > shown_at_most ? " …\n" : "\n");
}

std::string next_run_text(bool asked_hub, const std::vector<MissingFile>& missing, const std::string& target) {
  if (!asked_hub) return say("unknown (offline)");
  if (missing.empty()) return say("no downloads");
  if (missing.front().verdict.action == Action::raises) return say("fails at {}", counted(missing.size(), "file"));
  return say("{}, {}", at_most(target, counted(missing.size(), "download")), size_of(missing));
}

std::string missing_text(const std::vector<MissingFile>& missing, const std::string& target) {
  if (missing.empty()) return "";
  const std::string client(client_of(target).client);
  const std::string files = say("{}, {}", counted(missing.size(), "file"), size_of(missing));
  const Verdict& first = missing.front().verdict;
  const bool is_not_there = first.reason == Reason::file_missing || first.reason == Reason::dangling_link;
  std::string text;
  if (first.action == Action::raises)
    text = is_not_there ? say("{} will not find {}:\n", client, files)
                        : say("{} will raise an exception at {}:\n", client, files);
  else if (const auto note = note_on_more(target); !note.empty())
    text = say("the hub has {} that the adoption lacks: {}:\n", files, note);
  else text = say("{} will download {}:\n", client, files);
  for (std::size_t i = 0; i < missing.size() && i < shown_at_most; ++i) {
    text +=
        fmt::format("  {}  {}\n", printable(missing[i].path),
                    missing[i].size_known ? human_size(missing[i].size) : say("unknown size (it may be an LFS file)"));
  }
  if (missing.size() > shown_at_most) text += say("  and {} more\n", missing.size() - shown_at_most);
  return text;
}

}  // namespace hubcache::adoption
