#include "caches/removal_plan.h"

#include <doctest/doctest.h>

namespace hubcache::caches {
namespace {

std::string why(const Obstacles& obstacles) { return why_left(obstacles, "/c/me/one"); }

}  // namespace

TEST_CASE("a repo without obstacles can be removed") { CHECK(why({}).empty()); }

TEST_CASE("each obstacle is a reason to leave a repo") {
  CHECK(why({.release = "hubcache release me/one"}) ==
        "it is adopted; to remove it, first run hubcache release me/one");
  CHECK(why({.unreadable = "cannot read '/c'"}) == "cannot read '/c'");
  CHECK(why({.only_kept = "/r/kept"}) ==
        "only the files that hubcache keeps in '/r/kept' are left of it; remove them yourself");
  CHECK(why({.is_symlink = true}) == "its cache folder '/c/me/one' is a symlink");
  CHECK(why({.is_named_by_program = true}) == "its folder '/c/me/one' belongs to a program, not to a cache");
  CHECK(why({.of_adoption = "/mine"}) == "an adoption needs '/mine'");
  CHECK(why({.own_folder = "/c/me/one/._hubcache"}) == "it contains hubcache's folder '/c/me/one/._hubcache'");
  CHECK(why({.other_repo = "/c/me/one/two"}) == "it contains the cache folder of another repo, '/c/me/one/two'");
  CHECK(why({.of_other_user = "/c/me/one/a"}) == "'/c/me/one/a' belongs to another user");
  CHECK(why({.mount_point = "/c/me/one/a"}) == "'/c/me/one/a' is a mount point");
  CHECK(why({.other_file_system = "/r"}) == "hubcache's own folder '/r' is on another file system");
  CHECK(why({.process = 12}) == "process 12 uses it");
  CHECK(why({.lock = "/c/lock"}) == "a client is downloading it: it holds '/c/lock'");
  CHECK(why({.download = "process 12 holds '/c/lock'"}) == "a client is downloading it: process 12 holds '/c/lock'");
}

TEST_CASE("an adoption is named before all else: its release is the next step") {
  CHECK(why({.release = "hubcache release me/one", .is_symlink = true, .process = 1}).starts_with("it is adopted"));
}

}  // namespace hubcache::caches
