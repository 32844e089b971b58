#include <fmt/format.h>
#include <fmt/ranges.h>

#include "adoption/command_line.h"
#include "base/language.h"
#include "base/text.h"
#include "doctor/decide.h"

namespace hubcache::doctor_parts {
namespace {

constexpr std::uint64_t little_bytes = 1ull << 30;

std::string links_of(const ExaminedFileSystem& one) {
  if (!one.hard_links || !one.reflinks) return "";
  if (*one.reflinks) return *one.hard_links ? say("; hard links and reflinks work") : say("; reflinks work");
  return *one.hard_links ? say("; hard links work, reflinks do not") : say("; hard links and reflinks do not work");
}

std::string summary_of(const ExaminedFileSystem& one) {
  const std::string type = one.type.empty() ? say("file system of unknown type") : one.type;
  return say("{}, {} free{}, for {}", type, human_size(one.free_bytes), links_of(one),
             fmt::format("{}", fmt::join(one.targets, ", ")));
}

Finding finding_on(const ExaminedFileSystem& one, Severity severity, std::string what, std::string command = "") {
  return {severity, "file_system", std::move(what), one.folder.native(), std::move(command)};
}

void judge_space(const ExaminedFileSystem& one, Findings& found) {
  if (one.needed_bytes > one.free_bytes)
    found.push_back(finding_on(one, Severity::wrong,
                               say("not enough space: clients and hubcache refresh would write {}, and {} are free",
                                   human_size(one.needed_bytes), human_size(one.free_bytes)),
                               "df -h " + shell_word(one.folder.native())));
  else if (one.free_bytes < little_bytes)
    found.push_back(finding_on(one, Severity::note, say("little space: {}", summary_of(one))));
}

void judge_kind(const ExaminedFileSystem& one, Findings& found) {
  const auto note = [&](std::string what) { found.push_back(finding_on(one, Severity::note, std::move(what))); };
  if (!one.is_writable) note(say("you cannot write to the folder: {}", summary_of(one)));
  if (one.hard_links == false && one.reflinks == true)
    note(say("no hard links, so hubcache cannot adopt in place: {}", summary_of(one)));
  if (one.hard_links == false && one.reflinks == false)
    note(say("no hard links and no reflinks, so hubcache has to make symlinks or copies: {}", summary_of(one)));
  if (one.is_network)
    note(say("network file system: programs on other machines may change it at the same time: {}", summary_of(one)));
}

std::string command_for_repo(std::string_view command, const RepoStatus& repo) {
  return adoption::command_on(command, {repo.target, repo.repo_id, repo.type, repo.place});
}

std::string move_aside(const std::filesystem::path& file) {
  return "mv " + shell_word(file.native()) + " " + shell_word(file.native() + ".damaged");
}

Finding judge_unreadable_repo(const RepoFacts& repo) {
  const std::string& error = repo.status.error;
  return {Severity::wrong, "cache", say("{}: {}", repo.name, error), repo.status.place.native(), ""};
}

Finding judge_damage(const RepoFacts& repo) {
  const RepoStatus& status = repo.status;
  if (!repo.record.empty())
    return {Severity::wrong, "cache",
            say("{}: {}; move the record away and run hubcache adopt again, which keeps existing files", repo.name,
                status.error),
            repo.record.native(), move_aside(repo.record)};
  if (!status.error.empty()) return judge_unreadable_repo(repo);
  const bool is_adopted = !status.adopted_at.empty();
  return {Severity::wrong, "cache", say("{}: the client's index is damaged, so the client fails", repo.name),
          repo.index.native(), is_adopted ? command_for_repo("refresh", status) : move_aside(repo.index)};
}

void judge_adoption(const RepoFacts& repo, Findings& found) {
  const RepoStatus& status = repo.status;
  if (status.unfinished)
    found.push_back({Severity::wrong, "cache", say("{}: the last command was interrupted", repo.name),
                     status.place.native(), command_for_repo("refresh", status)});
  if (status.changes.is_missing)
    found.push_back({Severity::wrong, "cache", say("{}: the adopted folder does not exist", repo.name),
                     status.folder.native(), command_for_repo("adopt", status) + " DIR"});
  if (!status.client_place.empty())
    found.push_back({Severity::wrong, "cache",
                     say("{}: the environment leads the client to {}, where the repo is not adopted", repo.name,
                         in_quotes(status.client_place.native())),
                     status.place.native(),
                     "hubcache adopt " + shell_word(repo.name) + " " + shell_word(status.folder.native())});
  if (!status.owner.empty())
    found.push_back(
        {Severity::note, "cache",
         say("{}: hubcache ignores the adoption, because its record belongs to {}", repo.name, status.owner),
         status.place.native(), command_for_repo("refresh", status) + " --trust-owner"});
}

void judge_repo(const RepoFacts& repo, Findings& found) {
  if (repo.status.state == RepoState::unreadable) found.push_back(judge_unreadable_repo(repo));
  if (repo.status.state == RepoState::damaged) found.push_back(judge_damage(repo));
  if (repo.status.stuck > 0)
    found.push_back({Severity::wrong, "cache",
                     say("{}: unfinished downloads block {}", repo.name, counted(repo.status.stuck, "file")),
                     repo.status.place.native(),
                     repo.status.adopted_at.empty() ? command_for_repo("adopt", repo.status) + " DIR"
                                                    : command_for_repo("refresh", repo.status)});
  judge_adoption(repo, found);
}

}  // namespace

Findings judge_file_systems(const std::vector<ExaminedFileSystem>& file_systems) {
  Findings found;
  for (const ExaminedFileSystem& one : file_systems) {
    if (one.targets.empty()) continue;
    const std::size_t before = found.size();
    judge_space(one, found);
    judge_kind(one, found);
    if (found.size() == before) found.push_back(finding_on(one, Severity::ok, summary_of(one)));
  }
  return found;
}

Findings judge_repos(const std::vector<RepoFacts>& repos, std::size_t adopted) {
  Findings found;
  for (const RepoFacts& repo : repos) judge_repo(repo, found);
  found.push_back({Severity::ok, "cache",
                   say("{} in the clients' cache folders, {} of them adopted", counted(repos.size(), "repo"),
                       std::to_string(adopted)),
                   "", ""});
  return found;
}

}  // namespace hubcache::doctor_parts
