// Reports for strangers do not tell who the user is.
#include <doctest/doctest.h>

#include "doctor/personal.h"

namespace hubcache::doctor_parts::personal_test {
namespace {

std::string hidden(const std::string& text, std::vector<std::string> users = {"mei"}) {
  DoctorReport report;
  report.homes = {"/home/mei", "/data/home/mei"};
  report.user_names = std::move(users);
  report.targets.push_back({.name = "shelf", .place = "", .variable = "", .packages = {{"shelf-sdk", "1", ""}}});
  return Personal(report).hidden(text);
}

}  // namespace

TEST_CASE("home folders") {
  CHECK(hidden("/home/mei/.cache") == "~/.cache");
  CHECK(hidden("mv '/home/mei/a b' /data/home/mei") == "mv '~/a b' ~");
  CHECK(hidden("cache: /home/mei.") == "cache: ~.");
}

TEST_CASE("a longer name is another folder; each user's folder is hidden") {
  CHECK(hidden("/home/meister/x") == "/home/<user>/x");
  CHECK(hidden("/home/mei.old/x") == "/home/<user>/x");
  CHECK(hidden("'/home/bo'") == "'/home/<user>'");
  CHECK(hidden("/home/") == "/home/");
}

TEST_CASE("user names as whole words") {
  CHECK(hidden("belongs to mei") == "belongs to <user>");
  CHECK(hidden("/data/mei/hub") == "/data/<user>/hub");
  CHECK(hidden("meiosis and omei and mei_2") == "meiosis and omei and mei_2");
  CHECK(hidden("/tmp/pytest-of-mei/x") == "/tmp/pytest-of-<user>/x");
}

TEST_CASE("words that name nobody stay") {
  CHECK(hidden("root, shelf and shelf-sdk", {"root", "shelf", "shelf-sdk"}) == "root, shelf and shelf-sdk");
}

}  // namespace hubcache::doctor_parts::personal_test
