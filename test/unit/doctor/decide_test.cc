// The findings that follow from facts: no file, no variable, no hub.
#include <doctest/doctest.h>

#include <algorithm>

#include "doctor/decide.h"

namespace hubcache::doctor_parts::decide_test {
namespace {

ExaminedHub answering(const std::string& title, std::int64_t ahead = 0) {
  ExaminedHub hub{.name = title, .title = title, .address = "https://" + title, .variable = "HUB", .is_used = true};
  hub.reach = Reach::answers;
  hub.status = 200;
  hub.milliseconds = 40;
  hub.clock_ahead = ahead;
  return hub;
}

ExaminedHub silent(const std::string& title, bool is_used = true) {
  ExaminedHub hub = answering(title);
  hub.reach = Reach::unreachable;
  hub.status = 0;
  hub.milliseconds = std::nullopt;
  hub.clock_ahead = std::nullopt;
  hub.error = "no answer";
  hub.is_used = is_used;
  return hub;
}

Finding only(const Findings& findings) {
  REQUIRE(findings.size() == 1);
  return findings.front();
}

std::vector<Severity> severities(const Findings& findings) {
  std::vector<Severity> all;
  for (const Finding& finding : findings) all.push_back(finding.severity);
  return all;
}

using enum Severity;

}  // namespace

TEST_CASE("a hub that answers") {
  CHECK(only(judge_hubs({answering("a")}, false)).severity == ok);
  ExaminedHub slow = answering("a");
  slow.milliseconds = 2000;
  CHECK(only(judge_hubs({slow}, false)).severity == note);
}

TEST_CASE("a hub that cannot be reached is wrong if somebody uses it") {
  CHECK(severities(judge_hubs({answering("a"), silent("b")}, false)) == std::vector{ok, wrong});
  CHECK(severities(judge_hubs({answering("a"), silent("b", false)}, false)) == std::vector{ok, note});
  CHECK(judge_hubs({answering("a"), silent("b")}, false)[1].command == "hubcache run --offline -- COMMAND");
}

TEST_CASE("a proxy in the way is named, and can be unset") {
  ExaminedHub hub = silent("b");
  hub.proxy = "http://proxy:3128";
  hub.proxy_variable = "https_proxy";
  const Finding finding = judge_hubs({answering("a"), hub}, false)[1];
  CHECK(finding.what.find("http://proxy:3128 (https_proxy)") != std::string::npos);
  CHECK(finding.command == "unset https_proxy");
}

TEST_CASE("no network is one finding") {
  const Finding finding = only(judge_hubs({silent("a"), silent("b", false)}, false));
  CHECK(finding.severity == wrong);
  CHECK(finding.what.find("no network") != std::string::npos);
  CHECK(only(judge_hubs({silent("a")}, false)).what.find("no network") == std::string::npos);
}

TEST_CASE("nothing is said about hubs that were not asked") {
  ExaminedHub hub = answering("a");
  hub.reach = Reach::not_asked;
  CHECK(only(judge_hubs({hub, hub}, true)).severity == ok);
  hub.offline_variable = "HUB_OFFLINE";
  CHECK(only(judge_hubs({hub}, false)).command == "unset HUB_OFFLINE");
}

TEST_CASE("an invalid address") {
  ExaminedHub hub{.title = "a", .variable = "HUB", .error = "HUB is not a URL"};
  CHECK(only(judge_hubs({hub}, false)).command == "unset HUB");
  hub.error = "ANOTHER is wrong";
  CHECK(only(judge_hubs({hub}, false)).command.empty());
}

TEST_CASE("a rejected token is replaced where it is from") {
  ExaminedHub hub = answering("a");
  hub.reach = Reach::rejects;
  hub.token = {.is_set = true, .from = "TOKEN", .file = "/home/me/token", .login = "client login"};
  CHECK(only(judge_hubs({hub}, false)).command == "unset TOKEN");
  hub.token.from = "/home/me/token";
  CHECK(only(judge_hubs({hub}, false)).command == "client login");
  hub.token.login = "";
  CHECK(only(judge_hubs({hub}, false)).command == "rm /home/me/token");
}

TEST_CASE("a certificate that is not trusted") {
  ExaminedHub hub = silent("a");
  hub.reach = Reach::untrusted;
  CHECK(only(judge_hubs({hub}, false)).command == "export REQUESTS_CA_BUNDLE=FILE");
  hub.certificates_variable = "SSL_CERT_FILE";
  CHECK(only(judge_hubs({hub}, false)).command == "unset SSL_CERT_FILE");
}

TEST_CASE("a clock is wrong beyond five minutes") {
  CHECK(only(judge_clocks({answering("a", 300)})).severity == ok);
  const Finding slow = only(judge_clocks({answering("a", 301)}));
  CHECK(slow.severity == wrong);
  CHECK(slow.what == "this machine's clock is 5 min 1 s slow, compared with that of a");
  CHECK(only(judge_clocks({answering("a", -7200)})).what ==
        "this machine's clock is 2 h 0 min fast, compared with that of a");
}

TEST_CASE("if the clock of another hub agrees, the hub's clock is wrong") {
  const Findings found = judge_clocks({answering("a"), answering("b", -7200), silent("c")});
  CHECK(severities(found) == std::vector{ok, note});
  CHECK(found[1].what == "the clock of b is 2 h 0 min slow");
}

TEST_CASE("who can read a token") {
  ExaminedHub hub = answering("a");
  hub.token = {.file = "/home/me/token", .mode = 0644, .is_readable_by_others = true};
  const Findings open = judge_tokens({hub});
  CHECK(open.front().severity == wrong);
  CHECK(open.front().command == "chmod 600 /home/me/token");
  hub.token.is_readable_by_others = false;
  CHECK(judge_tokens({hub}).front().severity == note);
  hub.token.mode = 0600;
  CHECK(only(judge_tokens({hub})).severity == ok);
  hub.token.error = "cannot read it";
  CHECK(only(judge_tokens({hub})).severity == wrong);
}

TEST_CASE("contradicting variables do harm if files are not used") {
  HubSettings settings;
  settings.contradictions.push_back({{.variable = "OTHER",
                                      .value = "/a",
                                      .used = "USED",
                                      .used_value = "/b",
                                      .effect = "so it is",
                                      .mend = "unset OTHER"},
                                     true});
  const Finding finding = only(judge_settings({settings}));
  CHECK(finding.severity == wrong);
  CHECK(finding.what == "OTHER names '/a', but USED names '/b', which clients use: so it is");
  settings.contradictions.front().does_harm = false;
  CHECK(only(judge_settings({settings})).severity == note);
}

TEST_CASE("hash validation and twin folders") {
  HubSettings settings;
  settings.hash_validation_variable = "VALIDATE";
  CHECK(judge_settings({settings}).empty());
  settings.hash_validation = "it is on";
  CHECK(only(judge_settings({settings})).command == "unset VALIDATE");
  settings.hash_validation = "";
  settings.twins.push_back({"x:o/n", "/place", "/other", ""});
  const Finding finding = only(judge_settings({settings}));
  CHECK(finding.severity == wrong);
  CHECK(finding.command == "mv /other /other.unused");
}

TEST_CASE("free space against what would be written") {
  ExaminedFileSystem one{.folder = "/cache", .targets = {"t"}, .type = "ext4", .hard_links = true};
  one.free_bytes = 2ull << 30;
  one.needed_bytes = 2ull << 30;
  CHECK(only(judge_file_systems({one})).severity == ok);
  ++one.needed_bytes;
  CHECK(only(judge_file_systems({one})).severity == wrong);
  one.needed_bytes = 0;
  one.free_bytes = (1ull << 30) - 1;
  CHECK(only(judge_file_systems({one})).severity == note);
}

TEST_CASE("kinds of file systems") {
  ExaminedFileSystem one{.folder = "/cache", .targets = {"t"}, .type = "vfat", .reflinks = false, .hard_links = false};
  one.free_bytes = 2ull << 30;
  CHECK(only(judge_file_systems({one})).what.starts_with("no hard links and no reflinks"));
  one.hard_links = true;
  one.is_network = true;
  CHECK(only(judge_file_systems({one})).what.starts_with("network file system"));
  one.is_writable = false;
  CHECK(severities(judge_file_systems({one})) == std::vector{note, note});
  one.targets.clear();
  CHECK(judge_file_systems({one}).empty());
}

TEST_CASE("damaged repos") {
  RepoFacts repo{.name = "o/n", .status = {}, .index = "/place/index", .record = {}};
  repo.status.repo_id = "o/n";
  repo.status.target = "t";
  repo.status.state = RepoState::damaged;
  CHECK(judge_repos({repo}, 0).front().command == "mv /place/index /place/index.damaged");
  repo.status.adopted_at = "2026-01-01T00:00:00Z";
  CHECK(judge_repos({repo}, 1).front().command == "hubcache refresh o/n --target t");
  repo.status.error = "cannot read the record";
  repo.record = "/own/record.jsonl";
  CHECK(judge_repos({repo}, 1).front().command == "mv /own/record.jsonl /own/record.jsonl.damaged");
}

TEST_CASE("adoptions that need attention") {
  RepoFacts repo{.name = "o/n", .status = {}, .index = {}, .record = {}};
  repo.status.state = RepoState::adopted;
  CHECK(severities(judge_repos({repo}, 1)) == std::vector{ok});
  repo.status.unfinished = true;
  repo.status.changes.is_missing = true;
  repo.status.stuck = 2;
  CHECK(severities(judge_repos({repo}, 1)) == std::vector{wrong, wrong, wrong, ok});
}

TEST_CASE("packages") {
  DoctorReport report;
  CHECK(only(judge_targets(report)).severity == note);  // no python3
  report.python = "/usr";
  report.targets = {
      {.name = "t", .place = "/cache", .variable = "HOME", .packages = {{"p", "2", "/a"}, {"p", "1", "/b"}}},
      {.name = "u", .place = "/other", .variable = "HOME", .packages = {}}};
  const Findings found = judge_targets(report);
  CHECK(severities(found) == std::vector{note, ok, ok});
  CHECK(found[0].what.find("p is installed in two versions: 2") == 0);
  CHECK(found[1].what == "t: p 2");
  CHECK(found[2].what == "no client is installed for u");
}

TEST_CASE("what is wrong comes first") {
  Facts facts;
  facts.report.python = "/usr";
  facts.report.hubs = {answering("a"), silent("b"), silent("c", false)};
  facts.own.dead_local_hub = "it does not run";
  const Findings found = decide(facts);
  CHECK(std::ranges::is_sorted(found, std::ranges::greater(), &Finding::severity));
  CHECK(found.front().severity == wrong);
}

}  // namespace hubcache::doctor_parts::decide_test
