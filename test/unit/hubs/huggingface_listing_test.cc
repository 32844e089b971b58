// list_huggingface against a hub on the loopback address: its result, its requests, and its Errors.
#include "hubs/huggingface/listing.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "hubs/huggingface/answer.h"
#include "unit/http/loopback_server.h"

namespace hubcache::hub {
namespace {

using test::Connection;
using test::LoopbackServer;
using test::Request;

const std::string commit(40, 'c');
const std::string blob(40, 'b');
const std::string sha256(64, '5');

struct Said {
  int status = 200;
  std::string body;
  std::vector<std::string> headers = {};
};

std::string file(const std::string& path) {
  return fmt::format(R"({{"type":"file","oid":"{}","size":7,"path":"{}"}})", blob, path);
}

std::string large_file(const std::string& path) {
  return fmt::format(
      R"({{"type":"file","oid":"{}","size":9000,"path":"{}","lfs":{{"oid":"{}","size":9000,"pointerSize":129}}}})",
      blob, path, sha256);
}

/// Answers the info with `commit`, and the tree pages in order.
class FakeHub {
 public:
  explicit FakeHub(std::vector<Said> pages) : FakeHub({200, R"({"sha":")" + commit + R"("})"}, std::move(pages)) {}
  FakeHub(Said info, std::vector<Said> pages)
      : info_(std::move(info)),
        pages_(std::move(pages)),
        server_([this](const Connection& connection, const Request& request) {
          const Said& said = answer(request.target);
          return connection.reply(said.status, said.body, "application/json", said.headers);
        }) {
    environment.variables = {
        {"HF_ENDPOINT", server_.origin() + "/"}, {"HF_TOKEN", " t0ken\n"}, {"HOME", "/nonexistent"}};
  }

  Result<Listing> list(RepoType type = RepoType::model, const std::string& revision = "main") const {
    http::Connections connections;
    return list_huggingface(connections, environment,
                            {type, RepoId::parse("me/model").value(), Revision::parse(revision).value()});
  }
  std::vector<Request> requests() const { return server_.requests(); }
  std::string next(int page) const { return fmt::format("Link: <{}/page/{}>; rel=\"next\"", server_.origin(), page); }
  void add(Said page) { pages_.push_back(std::move(page)); }

  Environment environment;

 private:
  const Said& answer(const std::string& target) const {
    if (target.find("/revision/") != target.npos) return info_;
    const auto page = target.rfind("/page/");
    return pages_.at(page == target.npos ? 0 : std::stoul(target.substr(page + 6)));
  }

  Said info_;
  std::vector<Said> pages_;
  LoopbackServer server_;
};

Error error_of(const Result<Listing>& listing) {
  REQUIRE_FALSE(listing);
  return listing.error();
}

}  // namespace

TEST_CASE("a model's files are listed with ids and sizes, at the commit of main") {
  const FakeHub hub({{200, "[" + file("b.json") + R"(,{"type":"directory","oid":"x","size":0,"path":"a"},)" +
                               large_file("a/w.bin") + "]"}});
  const auto listing = hub.list().value();
  REQUIRE(listing.tree.files.size() == 2);
  CHECK(listing.tree.version == commit);
  CHECK(listing.requests == 2);
  const RemoteFile& large = listing.tree.files[0];
  CHECK(large.path.str() == "a/w.bin");
  CHECK(large.size == 129);
  CHECK(large.lfs_size == 9000);
  CHECK(large.lfs_sha256.value().str() == sha256);
  CHECK(listing.tree.files[1].sha.str() == blob);
  CHECK(listing.tree.files[1].size == 7);
  CHECK_FALSE(listing.tree.files[1].lfs_sha256);
  CHECK(hub.requests()[0].target == "/api/models/me/model/revision/main");
  CHECK(hub.requests()[1].target == "/api/models/me/model/tree/" + commit + "?recursive=true&expand=false");
  CHECK(hub.requests()[1].headers.at("authorization") == "Bearer t0ken");
}

TEST_CASE("a data set has its own paths, and a revision is escaped") {
  const FakeHub hub({{200, "[]"}});
  CHECK(hub.list(RepoType::dataset, "refs/pr/1").value().tree.files.empty());
  CHECK(hub.requests()[0].target == "/api/datasets/me/model/revision/refs%2Fpr%2F1");
}

TEST_CASE("all pages are read") {
  FakeHub paged({200, R"({"sha":")" + commit + R"("})"}, {});
  paged.add({200, "[" + file("a") + "]", {paged.next(1)}});
  paged.add({200, "[" + file("c") + "]", {paged.next(2)}});
  paged.add({200, "[" + file("b") + "]"});
  const auto listing = paged.list().value();
  CHECK(listing.tree.files.size() == 3);
  CHECK(listing.tree.files[1].path.str() == "b");
  CHECK(listing.requests == 4);
}

TEST_CASE("an empty page with a link to another is an Error and not a loop") {
  FakeHub hub({200, R"({"sha":")" + commit + R"("})"}, {});
  hub.add({200, "[]", {hub.next(0)}});
  CHECK(error_of(hub.list()).message.find("does not end") != std::string::npos);
}

TEST_CASE("a missing repo, revision or access is reported as such") {
  const auto told = [](int status, const std::string& code, const std::string& token = "t0ken") {
    FakeHub hub({status, R"({"error":"the hub's own words"})", {"X-Error-Code: " + code}}, {});
    hub.environment.variables["HF_TOKEN"] = token;
    return error_of(hub.list());
  };
  CHECK(told(404, "RevisionNotFound").message.find("me/model has no revision 'main' (404: the hub's own words)") !=
        std::string::npos);
  CHECK(told(404, "RepoNotFound").message.find("model me/model not found or private") != std::string::npos);
  CHECK(told(403, "GatedRepo").message.find("gated") != std::string::npos);
  CHECK(told(401, "").hint == "replace or remove the token in HF_TOKEN");
  CHECK(told(401, "", "").hint.find("set HF_TOKEN") != std::string::npos);
  CHECK(told(500, "").message.find("the hub failed") != std::string::npos);
  CHECK(told(404, "RepoNotFound").code == ErrorCode::hub);
}

TEST_CASE("no message has the token") {
  const FakeHub hub({401, R"({"error":"bad t0ken"})"}, {});
  CHECK(error_of(hub.list()).message.find("t0ken") == std::string::npos);
}

TEST_CASE("an answer of another form is an Error that names the field") {
  const auto told = [](const std::string& page) { return error_of(FakeHub({{200, page}}).list()).message; };
  CHECK(told("{}").find("not a tree listing") != std::string::npos);
  CHECK(told("[1]").find("items that are not objects") != std::string::npos);
  CHECK(told(R"([{"type":"file","size":1,"path":"a"}])").find("\"oid\"") != std::string::npos);
  CHECK(told(R"([{"type":"file","oid":")" + blob + R"(","path":"a"}])").find("\"size\"") != std::string::npos);
  CHECK(told(R"([{"type":"file","oid":")" + blob + R"(","size":1,"path":"a","lfs":{"oid":"x","size":1}}])")
            .find("\"lfs\"") != std::string::npos);
  CHECK(told("[" + file("a")).find("truncated or damaged") != std::string::npos);
  CHECK(error_of(FakeHub({200, R"({"sha":"main"})"}, {}).list()).message.find("\"sha\"") != std::string::npos);
}

TEST_CASE("names that lead out of the repo are left out, and the client's own metadata is a conflict") {
  const FakeHub hub({{200, "[" + file("../x") + "," + file(".gitattributes") + "]"}});
  const auto tree = hub.list().value().tree;
  CHECK(tree.files.size() == 1);
  CHECK(tree.left_out.size() == 1);
  const FakeHub odd({{200, "[" + file(".cache/huggingface/trees/x.json") + "]"}});
  CHECK(error_of(odd.list()).code == ErrorCode::conflict);
}

TEST_CASE("an invalid address is a usage error") {
  Environment environment;
  for (const char* address : {"", "hub.example", "ftp://hub.example", "http://hub.example?x"}) {
    environment.variables["HF_ENDPOINT"] = address;
    http::Connections connections;
    const auto listing =
        list_huggingface(connections, environment,
                         {RepoType::model, RepoId::parse("me/model").value(), Revision::parse("main").value()});
    CHECK(error_of(listing).code == ErrorCode::usage);
  }
}

TEST_CASE("the next page comes from the Link header") {
  CHECK(next_page_in("<http://hub/a?cursor=b>; rel=\"next\"") == "http://hub/a?cursor=b");
  CHECK(next_page_in("<http://hub/a>; rel=\"prev\", <http://hub/b>; rel=\"next\"") == "http://hub/b");
  for (const char* link : {"", "http://hub/a", "<http://hub/a", "<http://hub/a>; rel=\"last\""})
    CHECK(next_page_in(link).empty());
}

}  // namespace hubcache::hub
