// list_aistudio against a hub on the loopback address: its result, the number of its requests, and its Errors.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "hubs/aistudio/gitea_answer.h"
#include "unit/hubs/hub_double.h"

namespace hubcache::hub::listing_test {
namespace {

using test::Answer;
using test::File;
using test::HubDouble;
using test::Request;

std::vector<File> many_files(int count) {
  std::vector<File> files;
  for (int i = 0; i < count; ++i)
    files.push_back({fmt::format("shards/{:05}.bin", count - i), std::string(200 + static_cast<std::size_t>(i), 'x')});
  return files;
}

std::vector<File> odd_files() {
  return {{"README.md", "# model\n"},          {"a b+c%d#e?.txt", "odd"},
          {"空 文件夹", "", "040000", "tree"}, {"空 文件夹/模型.pdparams", test::pointer(5'000'000)},
          {"deep", "", "040000", "tree"},      {"deep/er", "", "040000", "tree"},
          {"deep/er/x.json", "{}\n"},          {"link", "README.md", "120000"},
          {"sub", "", "160000", "commit"},     {"empty", ""}};
}

const RemoteFile* find(const Listing& listing, const std::string& path) {
  const auto found =
      std::ranges::find_if(listing.tree.files, [&](const RemoteFile& file) { return file.path.str() == path; });
  return found == listing.tree.files.end() ? nullptr : &*found;
}

/// Asserts that every file is listed, in order, with the sha of its content.
void check_complete(const Listing& listing, const std::vector<File>& files) {
  std::size_t count = 0;
  for (const File& file : files) {
    if (file.type != "blob") continue;
    ++count;
    const RemoteFile* listed = find(listing, file.path);
    CAPTURE(file.path);
    REQUIRE(listed);
    CHECK(listed->sha.str() == test::id_of(file.content));
    CHECK(listed->size == file.content.size());
  }
  CHECK(std::ranges::count_if(listing.tree.files, &RemoteFile::is_file) == static_cast<std::ptrdiff_t>(count));
  CHECK(std::ranges::is_sorted(listing.tree.files, {}, &RemoteFile::path));
}

bool asks_contents(const Request& request) { return request.target.find("/contents") != std::string::npos; }
bool asks_tree(const Request& request) { return request.target.find("/git/trees/") != std::string::npos; }

/// Returns the same answer to each request of a kind.
HubDouble::Override always(bool (*kind)(const Request&), Answer answer) {
  return [=](const Request& request) { return kind(request) ? std::optional(answer) : std::nullopt; };
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Returns the Error of a listing, which must be the hub's, with an address and without the token.
Error error_of(const HubDouble& hub, const std::string& revision = "master") {
  const auto listing = hub.list([](const RelPath&) { return true; }, revision);
  REQUIRE_FALSE(listing.has_value());
  CHECK(listing.error().code == ErrorCode::hub);
  CHECK(contains(listing.error().message, hub.base()));
  CHECK_FALSE(contains(listing.error().message + listing.error().hint, "t0ken"));
  return listing.error();
}

Error error_of_tree(Answer answer, const std::string& revision = "master") {
  const HubDouble hub({}, always(asks_tree, std::move(answer)));
  return error_of(hub, revision);
}

std::string tree_of(const std::string& entries, const std::string& rest) {
  return R"({"url":"http://hub/git/trees/abc","tree":[)" + entries + "]," + rest + "}";
}

std::string blob(const std::string& path) {
  return fmt::format(R"({{"path":"{}","type":"blob","mode":"100644","size":9,"sha":"{}"}})", path, test::id_of(path));
}

}  // namespace

TEST_CASE("1,515 local files take six requests, and one about the end of the listing") {
  auto files = many_files(1514);
  files.push_back({"model.safetensors", test::pointer(209715200)});
  HubDouble hub(files);
  hub.page_quirks = true;
  const auto listing = hub.list().value();
  check_complete(listing, files);
  CHECK(listing.requests == 7);
  CHECK(hub.asked().size() == 7);
  CHECK(contains(listing.tree.snapshot_raises, "TypeError"));
  CHECK(hub.asked_for("/git/trees/master?recursive=true&page=2&per_page=1000") == 1);
  CHECK(listing.tree.version == test::id_of("tree"));
  CHECK_FALSE(listing.tree.from_contents);
  CHECK(listing.tree.left_out.empty());
}

TEST_CASE("with 50 names per page, sixteen pages are requested at once, each of them once") {
  const auto files = many_files(1515);
  std::mutex mutex;
  std::condition_variable changed;
  int met = 0;
  HubDouble hub(files, [&](const Request& request) -> std::optional<Answer> {
    if (!asks_tree(request) || contains(request.target, "page=1&")) return std::nullopt;
    std::unique_lock lock(mutex);
    ++met;
    changed.notify_all();
    // fewer than sixteen have arrived
    if (!changed.wait_for(lock, std::chrono::seconds(20), [&] { return met >= 16; })) met = 16;
    return std::nullopt;
  });
  hub.page_size = 50;
  const auto listing = hub.list().value();
  check_complete(listing, files);
  CHECK(hub.asked_for("/git/trees/") == 31);
  CHECK(hub.most_at_once() == 16);
}

TEST_CASE("the answers of a real Gitea are listed") {
  const auto page = read_tree_page(test::fixture("tree_page1.json")).value();
  const HubDouble hub({}, [&](const Request& request) -> std::optional<Answer> {
    if (contains(request.target, "/tags/")) return Answer{404, test::fixture("tag_missing.json")};
    if (asks_tree(request)) return Answer{200, test::fixture("tree_page1.json")};
    if (contains(request.target, "/contents/model.safetensors")) return Answer{200, test::fixture("contents_lfs.json")};
    for (const Entry& entry : page.entries) {  // the smallest file, of which there is no sample
      if (!request.target.ends_with("/contents/dir%20with%20space%2Fx%2By%25.txt") ||
          entry.path != "dir with space/x+y%.txt")
        continue;
      return Answer{200,
                    fmt::format(R"({{"path":"{}","sha":"{}","size":{}}})", entry.path, entry.sha->str(), entry.size)};
    }
    return std::nullopt;
  });
  const auto listing = hub.list([](const RelPath& path) { return path.str() != "model.safetensors"; }).value();
  CHECK(listing.tree.files.size() == 16);
  CHECK(listing.requests == 5);
  CHECK_FALSE(listing.tree.from_contents);
  CHECK(find(listing, "model.safetensors")->lfs_size == 209715200);
  CHECK(find(listing, "model.safetensors")->last_commit_sha == "6a40f0af29b21676b71217a9808b887bdc225be8");
  CHECK(find(listing, "inference/weights.pdiparams")->lfs_size == std::nullopt);
  CHECK(find(listing, "inference/a/c/.gitattributes"));
  CHECK_FALSE(find(listing, ".gitattributes"));
}

TEST_CASE("a repo without files takes three requests") {
  const HubDouble hub({});
  const auto listing = hub.list().value();
  CHECK(listing.tree.files.empty());
  CHECK(listing.requests == 3);
}

TEST_CASE("without LFS, one file is compared with contents: the smallest that is not empty") {
  const HubDouble hub({{"big", std::string(500, 'x')}, {"small", "x"}, {"empty", ""}});
  CHECK(hub.list().value().requests == 4);
  CHECK(hub.asked().back() == "/contents/small");
}

TEST_CASE("the real sizes of missing LFS files are requested within seven requests") {
  std::vector<File> files = {{"plain", "x"}};
  for (int i = 0; i < 20; ++i)
    files.push_back({fmt::format("{:02}.bin", i), test::pointer(1'000'000 + static_cast<std::uint64_t>(i))});
  const HubDouble hub(files);
  const auto listing = hub.list([](const RelPath& path) { return path.str() == "00.bin"; }).value();
  CHECK(listing.requests == 7);
  CHECK_FALSE(find(listing, "00.bin")->lfs_size);
  CHECK(find(listing, "01.bin")->lfs_size == 1'000'001);
  CHECK(find(listing, "03.bin")->lfs_size == 1'000'003);
  CHECK_FALSE(find(listing, "04.bin")->lfs_size);
}

TEST_CASE("1,500 files with sixteen missing LFS files take seven requests, which give two sizes") {
  auto files = many_files(1484);
  for (int i = 0; i < 16; ++i) files.push_back({fmt::format("{:02}.bin", i), test::pointer(5'000'000)});
  const HubDouble hub(files);
  const auto listing = hub.list([](const RelPath& path) { return path.str().starts_with("shards/"); }).value();
  CHECK(hub.asked().size() == 7);
  CHECK(hub.asked_for("/contents/") == 3);
  const auto is_known = [](const RemoteFile& file) { return file.lfs_size.has_value(); };
  CHECK(std::ranges::count_if(listing.tree.files, is_known) == 2);
}

TEST_CASE("a listing of many pages is still compared with one file of each kind") {
  auto files = many_files(90);
  files.push_back({"model.safetensors", test::pointer(209715200)});
  HubDouble hub(files);
  hub.page_size = 10;
  CHECK(hub.list([](const RelPath&) { return false; }).value().requests == 2 + 10 + 2);
}

TEST_CASE("a file with a pointer's size that is not a pointer counts as plain") {
  const HubDouble hub({{"tokens.json", std::string(130, '1')}});
  const auto listing = hub.list([](const RelPath&) { return false; }).value();
  CHECK_FALSE(find(listing, "tokens.json")->lfs_size);
  CHECK_FALSE(listing.tree.from_contents);
}

TEST_CASE("an LFS file is recognized if contents has its real size") {
  const std::string content = test::pointer(7);
  const HubDouble hub(
      {{"a.bin", content}},
      always(asks_contents,
             {200, fmt::format(R"({{"path":"a.bin","sha":"{}","size":70000,"content":""}})", test::id_of(content))}));
  const auto listing = hub.list().value();
  CHECK(find(listing, "a.bin")->lfs_size == 70000);
  CHECK(find(listing, "a.bin")->size == content.size());
}

TEST_CASE("if contents disagrees with the tree, every file is requested") {
  auto files = odd_files();
  for (auto& file : many_files(100)) files.push_back(file);
  const std::string tree_sha = test::id_of("tree of another time");
  const HubDouble hub(files, [&](const Request& request) -> std::optional<Answer> {
    if (!asks_tree(request)) return std::nullopt;
    std::string entries;
    for (const File& file : files) {
      entries +=
          fmt::format(R"({}{{"path":"{}","mode":"{}","type":"{}","size":{},"sha":"{}"}})", entries.empty() ? "" : ",",
                      file.path, file.mode, file.type, file.content.size(), tree_sha);
    }
    return Answer{200, tree_of(entries, R"("total_count":110)")};
  });
  const auto listing = hub.list().value();
  CHECK(listing.tree.from_contents);
  check_complete(listing, files);
  CHECK(find(listing, "空 文件夹/模型.pdparams")->lfs_size == 5'000'000);
  CHECK(find(listing, "link")->last_commit_sha == test::id_of("commit"));
  CHECK(hub.asked_for("/contents/a%20b%2Bc%25d%23e%3F.txt") == 2);  // once as a check, once with all files
  CHECK(hub.asked_for("/contents/%E7%A9%BA%20%E6%96%87%E4%BB%B6%E5%A4%B9%2F%E6%A8%A1%E5%9E%8B.pdparams") >= 1);
  CHECK(hub.most_at_once() <= 16);
  CHECK(listing.tree.left_out.size() == 1);
}

TEST_CASE("one unreadable contents answer costs one request for each file, and no more") {
  std::atomic<bool> is_first = true;
  const auto files = many_files(20);
  const HubDouble hub(files, [&](const Request& request) -> std::optional<Answer> {
    return asks_contents(request) && is_first.exchange(false) ? std::optional(Answer{200, "{}"}) : std::nullopt;
  });
  const auto listing = hub.list().value();
  CHECK(listing.tree.from_contents);
  CHECK(listing.requests == 24);
  check_complete(listing, files);
}

TEST_CASE("a tree without usable shas is not used") {
  const HubDouble hub(
      {{"a", "123456789"}},
      always(asks_tree, {200, tree_of(R"({"path":"a","type":"blob","sha":"N/A"})", R"("total_count":1)")}));
  const auto listing = hub.list().value();
  CHECK(listing.tree.from_contents);
  CHECK(find(listing, "a")->sha.str() == test::id_of("123456789"));
  CHECK(find(listing, "a")->size == 9);
}

TEST_CASE("contents that stays unreadable, or is about another file, is an Error") {
  const HubDouble unreadable(many_files(3), always(asks_contents, {200, "<html>", "text/html"}));
  CHECK(contains(error_of(unreadable).message, "text/html"));
  const HubDouble other(
      many_files(3),
      always(asks_contents, {200, fmt::format(R"({{"path":"other","sha":"{}","size":1}})", test::id_of(""))}));
  CHECK(contains(error_of(other).message, "another file: 'other'"));
}

TEST_CASE("a listed file that is missing in contents is an Error") {
  const HubDouble hub(many_files(3), always(asks_contents, {404, test::fixture("contents_missing.json")}));
  CHECK(contains(error_of(hub).hint, "changed"));
  CHECK(hub.asked_for("/contents/") == 1);
}

TEST_CASE("if the tree API is refused, the folders are listed one by one") {
  for (const int status : {403, 405, 501}) {
    CAPTURE(status);
    const auto files = odd_files();
    const HubDouble hub(files, always(asks_tree, {status, R"({"message":"no"})"}));
    const auto listing = hub.list([](const RelPath&) { return true; }, "v1.0").value();
    CHECK(listing.tree.from_contents);
    check_complete(listing, files);
    CHECK(hub.asked_for("/contents?ref=v1.0") == 1);
    CHECK(hub.asked_for("/contents/deep%2Fer?ref=v1.0") == 1);
    CHECK(hub.asked_for("/contents/deep%2Fer%2Fx.json?ref=v1.0") == 1);
    CHECK(listing.tree.version == "6a40f0af29b21676b71217a9808b887bdc225be8");
    CHECK(listing.tree.left_out.size() == 1);
  }
}

TEST_CASE("if the tree and contents are both refused, the Error is the tree's") {
  const HubDouble hub(many_files(50), [](const Request& request) -> std::optional<Answer> {
    return asks_tree(request) ? Answer{403, R"({"message":"no trees"})"} : Answer{404, "{}"};
  });
  CHECK(contains(error_of(hub).message, "403: no trees"));
  CHECK(hub.asked().size() == 4);
}

TEST_CASE("folders outside of their parent, or nested without end, are refused or cut off") {
  const HubDouble elsewhere({}, [](const Request& request) -> std::optional<Answer> {
    if (asks_tree(request)) return Answer{405, ""};
    return asks_contents(request) ? std::optional(Answer{200, R"([{"path":"x/../../y","type":"dir"}])"}) : std::nullopt;
  });
  CHECK(contains(error_of(elsewhere).message, "not in that folder"));
  const HubDouble deep({}, [](const Request& request) -> std::optional<Answer> {
    if (asks_tree(request)) return Answer{405, ""};
    if (!asks_contents(request)) return std::nullopt;
    const auto at = request.target.find("/contents/");
    const std::string folder = at == std::string::npos ? "" : test::unquoted(request.target.substr(at + 10)) + "/";
    return Answer{200, R"([{"path":")" + folder + std::string(250, 'd') + R"(","type":"dir"}])"};
  });
  CHECK(deep.list().value().tree.files.empty());
  CHECK(deep.asked().size() < 25);
}

TEST_CASE("any other failure of the tree is an Error without further requests") {
  for (const int status : {400, 401, 404, 409, 500}) {
    CAPTURE(status);
    const HubDouble hub(many_files(50), always(asks_tree, {status, "{}"}));
    error_of(hub);
    CHECK(hub.asked().size() == 3);
  }
}

TEST_CASE("a refusal has a meaning and a hint") {
  const auto unknown = error_of_tree({404, test::fixture("tree_norepo.json")});
  CHECK(contains(unknown.message, "model me/model not found or private (404: The target couldn't be found.)"));
  CHECK(contains(unknown.hint, "AISTUDIO_ACCESS_TOKEN"));
  const auto revision = error_of_tree({400, test::fixture("tree_badref.json")}, "v9");
  CHECK(contains(revision.message, "me/model has no revision 'v9' (400: sha not found [v9])"));
  CHECK_FALSE(revision.hint.empty());
  const auto refused = error_of_tree({401, test::fixture("private_badtoken.json")});
  CHECK(contains(refused.message, "rejects the access token (401: user does not exist [uid: 0, name: ])"));
  CHECK(contains(refused.hint, "even for public repos"));
  CHECK(contains(error_of_tree({500, ""}).message, "the hub failed (500)"));
  CHECK(contains(error_of_tree({302, "{}"}).message, "unexpected response (302: {})"));
}

TEST_CASE("without a token the hints explain how to set one") {
  HubDouble hub({}, always(asks_tree, {404, "{}"}));
  hub.environment.variables.erase("AISTUDIO_ACCESS_TOKEN");
  CHECK(contains(error_of(hub).hint, "set AISTUDIO_ACCESS_TOKEN"));
  HubDouble wants({}, always(asks_tree, {401, "{}"}));
  wants.environment.variables.erase("AISTUDIO_ACCESS_TOKEN");
  CHECK(contains(error_of(wants).message, "requires an access token"));
}

TEST_CASE("an HTML page, half an answer, and JSON of another form are Errors") {
  CHECK(contains(error_of_tree({200, "<html>", "text/html; charset=utf-8"}).message,
                 "returned text/html instead of JSON"));
  CHECK(contains(error_of_tree({200, "hello", ""}).message, "without a type instead of JSON"));
  CHECK(contains(error_of_tree({200, test::fixture("tree_page1.json").substr(0, 4000)}).message, "truncated"));
  CHECK(contains(error_of_tree({200, "[]"}).message, "not an object"));
  CHECK(contains(error_of_tree({200, R"({"url":"http://h/a","tree":[],"total_count":null})"}).message, "total_count"));
  CHECK(contains(error_of_tree({200, R"({"tree":[],"total_count":0})"}).message, "\"url\""));
}

TEST_CASE("a server's text is quoted in short, without control characters and without the token") {
  const auto longer = error_of_tree({500, std::string(100'000, 'y')});
  CHECK(contains(longer.message, std::string(200, 'y')));
  CHECK_FALSE(contains(longer.message, std::string(201, 'y')));
  CHECK(contains(error_of_tree({500, "\x1b[2Jred\r\n"}).message, "\\x1b[2Jred"));
  CHECK(contains(error_of_tree({500, R"({"message":"token t0ken is bad"})"}).message, "token *** is bad"));
  CHECK(contains(error_of_tree({500, std::string(197, 'y') + "t0ken"}).message, "yyy***"));
  error_of_tree({200, "x", "text/t0ken"});
}

TEST_CASE("an endless listing is an Error") {
  const HubDouble same({}, always(asks_tree, {200, tree_of(blob("a"), R"("truncated":true,"total_count":5)")}));
  CHECK(contains(error_of(same).message, "does not end"));
  CHECK(same.asked().size() < 10);
  const HubDouble boast({}, always(asks_tree, {200, tree_of(blob("a"), R"("truncated":true,"total_count":9000000)")}));
  CHECK(contains(error_of(boast).message, "longer than 2,000,000 names"));
  CHECK(boast.asked().size() == 3);
}

TEST_CASE("a hub that sends one new name per page is given up after 20,000 pages") {
  const HubDouble drip({}, [](const Request& request) -> std::optional<Answer> {
    if (!asks_tree(request)) return std::nullopt;
    const auto at = request.target.find("page=") + 5;
    return Answer{200, tree_of(blob(request.target.substr(at, request.target.find('&', at) - at)),
                               R"("truncated":true,"total_count":1999999)")};
  });
  CHECK(contains(error_of(drip).message, "does not end: page 20000 exceeds the limit"));
}

TEST_CASE("pages that end before the hub's count are complete, as for the SDK") {
  const auto last_page = [](const std::string& last) {
    return [=](const Request& request) -> std::optional<Answer> {
      if (asks_contents(request))
        return Answer{200, fmt::format(R"({{"path":"a","sha":"{}","size":9}})", test::id_of("a"))};
      if (!asks_tree(request)) return std::nullopt;
      return Answer{
          200, contains(request.target, "page=1&") ? tree_of(blob("a"), R"("truncated":true,"total_count":40)") : last};
    };
  };
  CHECK(HubDouble({}, last_page(R"({"tree":null,"total_count":40})")).list().value().tree.files.size() == 1);
  CHECK(
      HubDouble({}, last_page(tree_of("", R"("truncated":true,"total_count":40)"))).list().value().tree.files.size() ==
      1);
  CHECK(HubDouble({}, last_page(R"({"total_count":40})")).list().value().tree.files.size() == 1);
  CHECK(HubDouble({}, last_page(tree_of(blob("b"), R"("truncated":false,"total_count":40)")))
            .list()
            .value()
            .tree.files.size() == 2);
}

TEST_CASE("answers after the last page do not count, not even an Error") {
  const HubDouble hub({}, [](const Request& request) -> std::optional<Answer> {
    if (asks_contents(request))
      return Answer{200, fmt::format(R"({{"path":"a","sha":"{}","size":9}})", test::id_of("a"))};
    if (!asks_tree(request)) return std::nullopt;
    if (contains(request.target, "page=1&"))
      return Answer{200, tree_of(blob("a"), R"("truncated":true,"total_count":40)")};
    if (contains(request.target, "page=2&"))
      return Answer{200, tree_of(blob("b"), R"("truncated":false,"total_count":40)")};
    return Answer{500, "{}"};
  });
  CHECK(hub.list().value().tree.files.size() == 2);
}

TEST_CASE("pages count in their order, not in that of their arrival; of a duplicate name the first counts") {
  const auto page_of = [](int page) {
    if (page == 1) return blob("a");
    if (page == 2) return R"({"path":"twice","type":"blob","size":2,"sha":")" + test::id_of("2") + "\"}";
    return R"({"path":"twice","type":"blob","size":3,"sha":")" + test::id_of("3") + "\"}," + blob(std::to_string(page));
  };
  const HubDouble hub({}, [&](const Request& request) -> std::optional<Answer> {
    if (asks_contents(request))
      return Answer{200, fmt::format(R"({{"path":"twice","sha":"{}","size":2}})", test::id_of("2"))};
    if (!asks_tree(request)) return std::nullopt;
    return Answer{200, tree_of(page_of(request.target.at(request.target.find("page=") + 5) - '0'),
                               R"("truncated":true,"total_count":5)")};
  });
  const auto listing = hub.list().value();
  CHECK(find(listing, "twice")->size == 2);
  CHECK(listing.tree.files.size() == 5);
  CHECK(listing.tree.left_out.size() == 3);
}

TEST_CASE("an Error of a later page is an Error of the listing") {
  HubDouble hub(many_files(100), [](const Request& request) -> std::optional<Answer> {
    return contains(request.target, "&page=7&") ? std::optional(Answer{500, "{}"}) : std::nullopt;
  });
  hub.page_size = 10;
  CHECK(contains(error_of(hub).message, "500"));
}

TEST_CASE("a tag's tree is requested by its commit, and contents by the tag's name") {
  const auto files = many_files(3);
  const HubDouble tag(files);
  CHECK(tag.list([](const RelPath&) { return true; }, "v1.0").has_value());
  CHECK(tag.asked_for("/tags/v1.0") == 1);
  CHECK(tag.asked_for("/git/trees/6a40f0af29b21676b71217a9808b887bdc225be8?") == 1);
  CHECK(tag.asked().back().ends_with("?ref=v1.0"));
  const HubDouble branch(files);
  CHECK(branch.list([](const RelPath&) { return true; }, "dev/你+1").has_value());
  CHECK(branch.asked_for("/git/trees/dev%2F%E4%BD%A0%2B1?") == 1);
  CHECK(branch.asked().back().ends_with("?ref=dev%2F%E4%BD%A0%2B1"));
  const HubDouble master(files);
  CHECK(master.list().has_value());
  CHECK_FALSE(contains(master.asked().back(), "ref="));
}

TEST_CASE("a refused tag request means no tag; an unreadable answer is an Error") {
  const auto asks_tag = [](const Request& request) { return contains(request.target, "/tags/"); };
  CHECK(HubDouble(many_files(3), always(asks_tag, {500, "x"})).list().has_value());
  error_of(HubDouble(many_files(3), always(asks_tag, {200, "{}"})));
  error_of(HubDouble(many_files(3), always(asks_tag, {200, R"({"commit":{"sha":"../../x"}})"})));
}

TEST_CASE("a repo with the client's own metadata is refused") {
  const auto listing = HubDouble({{"a", "x"}, {".msc", "x"}}).list();
  REQUIRE_FALSE(listing.has_value());
  CHECK(listing.error().code == ErrorCode::conflict);
}

TEST_CASE("an unreachable hub is an Error") {
  HubDouble hub({});
  hub.environment.variables["STUDIO_GIT_HOST"] = "http://127.0.0.1:" + std::to_string(test::unused_port());
  const auto listing = hub.list();
  REQUIRE_FALSE(listing.has_value());
  CHECK(listing.error().code == ErrorCode::hub);
  CHECK(contains(listing.error().message, hub.environment.variables["STUDIO_GIT_HOST"]));
}

}  // namespace hubcache::hub::listing_test
