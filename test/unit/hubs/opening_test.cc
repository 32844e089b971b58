// The first requests to a hub, guessed from the user's files, and the cost of a listing with right and wrong guesses.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "hubs/aistudio/gitea_opening.h"
#include "unit/hubs/hub_double.h"

namespace hubcache::hub {
namespace {

using test::Answer;
using test::File;
using test::HubDouble;
using test::Request;

constexpr std::uint64_t large = 10 << 20;

struct Named {
  std::string path;
  std::uint64_t size = 1;
};

LocalTree tree_of(std::vector<Named> names) {
  std::ranges::sort(names, {}, &Named::path);
  LocalTree tree;
  for (const Named& one : names) tree.files.push_back({RelPath::parse(one.path).value(), {.size = one.size}});
  return tree;
}

Local local_of(LocalTree tree) { return hub::local_of(std::make_shared<const LocalTree>(std::move(tree))); }

std::string text(const std::optional<RelPath>& path) { return path ? path->str() : ""; }

/// 1,500 files, a hundred per folder, a README, and weights in LFS.
struct Model {
  std::vector<File> files;
  std::vector<Named> names;

  Model() {
    for (int i = 0; i < 1500; ++i) add(fmt::format("folder{}/file{}.txt", i / 100, i), std::string(200, 'x'), 5);
    for (int i = 0; i < 15; ++i) files.push_back({fmt::format("folder{}", i), "", "040000", "tree"});
    add("README.md", "# model\n", 20);
    add("model.safetensors", test::pointer(209'715'200), 2 * large);
  }
  void add(const std::string& path, const std::string& content, std::uint64_t size) {
    files.push_back({path, content});
    names.push_back({path, size});
  }
};

struct Cost {
  std::size_t questions, pages, contents;
  bool operator==(const Cost&) const = default;
};

Cost cost_of(const HubDouble& hub) {
  return {hub.asked().size(), static_cast<std::size_t>(hub.asked_for("/git/trees/")),
          static_cast<std::size_t>(hub.asked_for("/contents/"))};
}

/// Lists the repo for a user who has `names`; the result must be the hub's listing, whatever the guess was.
RemoteTree list(const HubDouble& hub, const std::vector<Named>& names, std::size_t files,
                const std::string& revision = "master") {
  const LocalTree tree = tree_of(names);
  auto listing = hub.list_with(local_of(tree), revision).value();
  CHECK(listing.requests == hub.asked().size());
  CHECK(listing.tree.files.size() == files);
  CHECK_FALSE(listing.tree.from_contents);
  return std::move(listing.tree);
}

}  // namespace

TEST_CASE("names counts the files and their folders") {
  CHECK(local_of(tree_of({})).names == 0);
  CHECK(local_of(tree_of({{"a"}, {"b"}})).names == 2);
  CHECK(local_of(tree_of({{"a/b/c"}, {"a/b/d"}, {"a/b.x"}, {"a/c/d"}, {"a.txt"}, {"ab/c"}})).names == 6 + 4);
}

TEST_CASE(
    "the small file is a usual one, or else the smallest; the large file is one that the SDK would put into LFS") {
  const auto usual = tree_of({{"README.md", 500}, {"config.json", 100}, {"a", 1}, {"w1", large}, {"w2", large + 1}});
  CHECK(text(local_of(usual).plain) == "README.md");
  CHECK(text(local_of(usual).lfs) == "w2");
  CHECK(text(local_of(tree_of({{"config.json", 100}, {"a", 1}})).plain) == "config.json");
  const auto other = tree_of({{"README.md", large}, {"b", 2}, {"c", 3}, {"empty", 0}});
  CHECK(text(local_of(other).plain) == "b");
  CHECK(text(local_of(other).lfs) == "README.md");
  CHECK_FALSE(local_of(tree_of({{"a", 5 << 20}})).lfs);
  CHECK_FALSE(local_of(tree_of({{"a", 0}})).plain);
  CHECK_FALSE(local_of(tree_of({})).lfs);
}

TEST_CASE("the names decide the number of pages, three at most") {
  const auto pages = [](std::size_t names) { return choose_opening({{}, names}).pages; };
  CHECK(pages(0) == 1);
  CHECK(pages(1000) == 1);
  CHECK(pages(1001) == 2);
  CHECK(pages(100'000) == 3);
}

TEST_CASE("master and a commit are assumed not to be tags") {
  const auto maybe = [](const std::string& name) { return may_be_tag(Revision::parse(name).value()); };
  CHECK_FALSE(maybe("master"));
  CHECK_FALSE(maybe("6a40f0af29b21676b71217a9808b887bdc225be8"));
  CHECK(maybe("v1.0"));
  CHECK(maybe("main"));
}

TEST_CASE("1,500 files that the hub has too take six requests, all at once") {
  const Model model;
  std::mutex mutex;
  std::condition_variable changed;
  int met = 0;
  const HubDouble hub(model.files, [&](const Request&) -> std::optional<Answer> {
    std::unique_lock lock(mutex);
    ++met;
    changed.notify_all();
    // fewer than six have arrived
    if (!changed.wait_for(lock, std::chrono::seconds(20), [&] { return met >= 6; })) met = 6;
    return std::nullopt;
  });
  const auto tree = list(hub, model.names, 1502);
  CHECK(cost_of(hub) == Cost{6, 2, 2});
  CHECK(hub.most_at_once() == 6);
  CHECK(tree.find(RelPath::parse("model.safetensors").value())->lfs_size == 209'715'200);
}

TEST_CASE("the listing makes a new request for a guessed file that the hub lacks or has as another kind") {
  Model model;
  const auto without = [&](const std::string& path) {
    auto files = model.files;
    std::erase_if(files, [&](const File& file) { return file.path == path; });
    return files;
  };
  SUBCASE("the small file") {
    const HubDouble hub(without("README.md"));
    list(hub, model.names, 1501);
    CHECK(cost_of(hub) == Cost{7, 2, 3});
  }
  SUBCASE("the large file, if the hub has another one in LFS") {
    auto files = without("model.safetensors");
    files.push_back({"other.safetensors", test::pointer(1)});
    const HubDouble hub(files);
    list(hub, model.names, 1502);
    CHECK(cost_of(hub) == Cost{7, 2, 3});
    CHECK(hub.asked().back() == "/contents/other.safetensors");
  }
  SUBCASE("both files: one more request suffices") {
    auto files = without("README.md");
    std::erase_if(files, [](const File& file) { return file.path == "model.safetensors"; });
    const HubDouble hub(files);
    list(hub, model.names, 1500);
    CHECK(cost_of(hub) == Cost{7, 2, 3});
  }
  SUBCASE("a symlink and a folder") {
    auto files = without("README.md");
    std::erase_if(files, [](const File& file) { return file.path == "model.safetensors"; });
    files.push_back({"README.md", "folder0/file0.txt", "120000"});
    files.push_back({"model.safetensors", "", "040000", "tree"});
    const HubDouble hub(files);
    list(hub, model.names, 1501);
    CHECK(cost_of(hub) == Cost{7, 2, 3});
  }
}

TEST_CASE("a large file that is not in LFS on the hub is not downloaded completely, because its size is limited") {
  Model model;
  for (File& file : model.files) {
    if (file.path == "model.safetensors") file.content.assign(3 << 20, 'x');
  }
  const HubDouble hub(model.files);
  const auto tree = list(hub, model.names, 1502);
  CHECK(cost_of(hub) == Cost{6, 2, 2});  // README.md is the sample of plain files, and no file looks like LFS
  CHECK_FALSE(tree.find(RelPath::parse("model.safetensors").value())->last_commit_sha);
}

TEST_CASE("a failed guess is ignored, and a disagreeing guess is not") {
  const Model model;
  const auto readme = [](Answer answer) {
    return [=](const Request& request) {
      return request.target.ends_with("/contents/README.md") ? std::optional(answer) : std::nullopt;
    };
  };
  const LocalTree tree = tree_of(model.names);
  for (const int status : {400, 404, 500}) {
    const HubDouble hub(model.files, readme({status, "{}"}));
    const auto listing = hub.list_with(local_of(tree));
    CAPTURE(status);
    // After the failed guess, the listing may choose README.md again, as the smallest file; this failure is an Error.
    if (listing) CHECK_FALSE(listing->tree.from_contents);
    else CHECK(hub.asked_for("/contents/README.md") == 2);
  }
  const std::string wrong = fmt::format(R"({{"path":"README.md","sha":"{}","size":8}})", test::id_of("other"));
  const HubDouble hub(model.files, readme({200, wrong}));
  const auto listing = hub.list_with(local_of(tree));
  REQUIRE(listing.has_value());
  CHECK(listing->tree.from_contents);
}

TEST_CASE("requests for pages that the hub lacks do no harm") {
  const Model model;
  SUBCASE("the hub has less: null pages") {
    const HubDouble hub(std::vector<File>{{"README.md", "# model\n"}});
    list(hub, model.names, 1);
    CHECK(cost_of(hub) == Cost{6, 2, 2});
  }
  SUBCASE("an Error after the last page") {
    const HubDouble hub(std::vector<File>{{"README.md", "# model\n"}}, [](const Request& request) {
      const bool is_second = request.target.find("&page=2&") != std::string::npos;
      return is_second ? std::optional(Answer{404, "{}"}) : std::nullopt;
    });
    list(hub, model.names, 1);
  }
  SUBCASE("the hub has more: the other pages follow, six requests in all") {
    const HubDouble hub(model.files);
    list(hub, {{"README.md"}, {"model.safetensors", large}}, 1502);
    CHECK(cost_of(hub) == Cost{6, 2, 2});
  }
}

TEST_CASE("a tag's tree is requested by its commit, all pages at once with the files") {
  const Model model;
  const HubDouble hub(model.files);
  list(hub, model.names, 1502, "v1.0");
  CHECK(cost_of(hub) == Cost{8, 3, 2});
  CHECK(hub.asked_for("/git/trees/6a40f0af29b21676b71217a9808b887bdc225be8?") == 2);
  CHECK(hub.asked_for("/contents/README.md?ref=v1.0") == 1);
}

TEST_CASE("a branch takes no extra request") {
  const Model model;
  const HubDouble hub(model.files);
  list(hub, model.names, 1502, "dev");
  CHECK(cost_of(hub) == Cost{6, 2, 2});
}

TEST_CASE("a guessed file has no effect if the tree API is refused") {
  const Model model;
  const HubDouble hub(model.files, [](const Request& request) {
    return request.target.find("/git/trees/") != std::string::npos ? std::optional(Answer{403, "{}"}) : std::nullopt;
  });
  const LocalTree tree = tree_of({{"README.md"}, {"mine.txt"}});
  const auto listing = hub.list_with(local_of(tree)).value();
  CHECK(listing.tree.from_contents);
  CHECK(listing.tree.files.size() == 1502);
}

}  // namespace hubcache::hub
