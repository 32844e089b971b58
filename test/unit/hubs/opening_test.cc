// The first questions to a hub, guessed by what the user has; and what a listing costs with right and wrong guesses.
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

using http::test::Request;
using test::Answer;
using test::File;
using test::HubDouble;

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

/// 1,500 files in a folder each hundred, a README and weights in LFS.
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

/// Lists for a user who has `names`; the listing must be that of `hub`, whatever was guessed.
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

TEST_CASE("names are the files and the folders that they are in") {
  CHECK(local_of(tree_of({})).names == 0);
  CHECK(local_of(tree_of({{"a"}, {"b"}})).names == 2);
  CHECK(local_of(tree_of({{"a/b/c"}, {"a/b/d"}, {"a/b.x"}, {"a/c/d"}, {"a.txt"}, {"ab/c"}})).names == 6 + 4);
}

TEST_CASE("a small file: the usual one, or else the smallest; a large one, if the SDK would put it into LFS") {
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

TEST_CASE("as many pages as the names take, three at most") {
  const auto pages = [](std::size_t names) { return choose_opening({{}, names}).pages; };
  CHECK(pages(0) == 1);
  CHECK(pages(1000) == 1);
  CHECK(pages(1001) == 2);
  CHECK(pages(100'000) == 3);
}

TEST_CASE("master and a commit are no tags, as far as anybody knows") {
  const auto maybe = [](const std::string& name) { return may_be_tag(Revision::parse(name).value()); };
  CHECK_FALSE(maybe("master"));
  CHECK_FALSE(maybe("6a40f0af29b21676b71217a9808b887bdc225be8"));
  CHECK(maybe("v1.0"));
  CHECK(maybe("main"));
}

TEST_CASE("1,500 files that the hub has too: six questions, all at once") {
  const Model model;
  std::mutex mutex;
  std::condition_variable changed;
  int met = 0;
  const HubDouble hub(model.files, [&](const Request&) -> std::optional<Answer> {
    std::unique_lock lock(mutex);
    ++met;
    changed.notify_all();
    if (!changed.wait_for(lock, std::chrono::seconds(20), [&] { return met >= 6; })) met = 6;  // they do not come
    return std::nullopt;
  });
  const auto tree = list(hub, model.names, 1502);
  CHECK(cost_of(hub) == Cost{6, 2, 2});
  CHECK(hub.most_at_once() == 6);
  CHECK(tree.find(RelPath::parse("model.safetensors").value())->lfs_size == 209'715'200);
}

TEST_CASE("a file that only the user has, or that the hub keeps as another kind, is asked for again by the listing") {
  Model model;
  const auto without = [&](const std::string& path) {
    auto files = model.files;
    std::erase_if(files, [&](const File& file) { return file.path == path; });
    return files;
  };
  SUBCASE("the small one") {
    const HubDouble hub(without("README.md"));
    list(hub, model.names, 1501);
    CHECK(cost_of(hub) == Cost{7, 2, 3});
  }
  SUBCASE("the large one, where the hub has another in LFS") {
    auto files = without("model.safetensors");
    files.push_back({"other.safetensors", test::pointer(1)});
    const HubDouble hub(files);
    list(hub, model.names, 1502);
    CHECK(cost_of(hub) == Cost{7, 2, 3});
    CHECK(hub.asked().back() == "/contents/other.safetensors");
  }
  SUBCASE("both: one more question has to do") {
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

TEST_CASE("a large file that the hub does not keep in LFS is not fetched whole: its size is bounded") {
  Model model;
  for (File& file : model.files) {
    if (file.path == "model.safetensors") file.content.assign(3 << 20, 'x');
  }
  const HubDouble hub(model.files);
  const auto tree = list(hub, model.names, 1502);
  CHECK(cost_of(hub) == Cost{6, 2, 2});  // README.md stands for the plain ones, and none looks like LFS
  CHECK_FALSE(tree.find(RelPath::parse("model.safetensors").value())->last_commit_sha);
}

TEST_CASE("a guess that fails says nothing, one that disagrees does") {
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
    if (listing) CHECK_FALSE(listing->tree.from_contents);
    else CHECK(hub.asked_for("/contents/README.md") == 2);  // by the listing it is the smallest: then it is an Error
  }
  const std::string wrong = fmt::format(R"({{"path":"README.md","sha":"{}","size":8}})", test::id_of("other"));
  const HubDouble hub(model.files, readme({200, wrong}));
  const auto listing = hub.list_with(local_of(tree));
  REQUIRE(listing.has_value());
  CHECK(listing->tree.from_contents);
}

TEST_CASE("pages that the hub does not have are asked for in vain, and do no harm") {
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
  SUBCASE("the hub has more: the others follow, seven questions in all") {
    const HubDouble hub(model.files);
    list(hub, {{"README.md"}, {"model.safetensors", large}}, 1502);
    CHECK(cost_of(hub) == Cost{6, 2, 2});
  }
}

TEST_CASE("of a tag the tree is asked for by its commit, all pages at once with the files") {
  const Model model;
  const HubDouble hub(model.files);
  list(hub, model.names, 1502, "v1.0");
  CHECK(cost_of(hub) == Cost{8, 3, 2});
  CHECK(hub.asked_for("/git/trees/6a40f0af29b21676b71217a9808b887bdc225be8?") == 2);
  CHECK(hub.asked_for("/contents/README.md?ref=v1.0") == 1);
}

TEST_CASE("a branch costs no more than before") {
  const Model model;
  const HubDouble hub(model.files);
  list(hub, model.names, 1502, "dev");
  CHECK(cost_of(hub) == Cost{6, 2, 2});
}

TEST_CASE("a guessed file is of no matter where the tree API is refused") {
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
