#include "record/record.h"

#include <algorithm>

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "fs/file.h"
#include "unit/temporary_folder.h"

namespace hubcache::record {
namespace {

using namespace std::string_literals;

rc::Gen<std::string> bytes() { return rc::gen::container<std::string>(rc::gen::arbitrary<char>()); }
rc::Gen<std::string> text() { return rc::gen::element("a"s, "a/b"s, "模型"s, "with \"quotes\"\n"s, ""s, "\t"s, "{"s); }

rc::Gen<FileStamp> stamp() {
  return rc::gen::build<FileStamp>(rc::gen::set(&FileStamp::inode), rc::gen::set(&FileStamp::size),
                                   rc::gen::set(&FileStamp::mtime), rc::gen::set(&FileStamp::ctime));
}

rc::Gen<std::optional<FileStamp>> maybe_stamp() {
  return rc::gen::oneOf(rc::gen::just(std::optional<FileStamp>()),
                        rc::gen::map(stamp(), [](FileStamp one) { return std::optional(one); }));
}

std::optional<Staged> maybe_staged() {
  if (*rc::gen::arbitrary<bool>()) return std::nullopt;
  return Staged{*stamp(), *stamp(), *rc::gen::element(LinkKind::symlink, LinkKind::copy)};
}

ExactId exact_id(std::size_t revisions) {
  const auto digit = rc::gen::elementOf("0123456789abcdef"s);
  const auto length = *rc::gen::element<std::size_t>(40, 64);
  return {*rc::gen::inRange<std::uint16_t>(0, static_cast<std::uint16_t>(revisions)), *rc::gen::arbitrary<bool>(),
          *ObjectId::parse(*rc::gen::container<std::string>(length, digit))};
}

Entry entry(std::size_t number, std::size_t revisions) {
  const auto kind =
      *rc::gen::element(LinkKind::symlink, LinkKind::hardlink, LinkKind::reflink, LinkKind::copy, LinkKind::in_place);
  Entry one{.path = *RelPath::parse("dir/file" + std::to_string(1000 + number)),
            .link = kind,
            .source = *stamp(),
            .placed = *maybe_stamp(),
            .staged = maybe_staged(),
            .displaced = *maybe_stamp(),
            .retiring = *rc::gen::arbitrary<bool>()};
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) one.exact.push_back(exact_id(revisions));
  one.outdated = *rc::gen::container<std::vector<std::string>>(text());
  one.had = *rc::gen::container<std::vector<std::string>>(text());
  if (*rc::gen::arbitrary<bool>()) one.outside = *bytes();
  if (*rc::gen::arbitrary<bool>())
    one.elsewhere = *RelPath::parse("dir/file" + std::to_string(1000 + number) + ".elsewhere");
  return one;
}

Record any_record() {
  Record record;
  record.phase = *rc::gen::element(Phase::staging, Phase::applying, Phase::done, Phase::releasing);
  record.target = *text();
  record.type = *rc::gen::element(RepoType::model, RepoType::dataset);
  record.repo_id = "ctbots/模型-1.5";
  record.folder = "/home/me/" + *text();
  record.in_place = *rc::gen::arbitrary<bool>();
  record.folder_id = {*rc::gen::arbitrary<std::uint64_t>(), *rc::gen::arbitrary<std::int64_t>()};
  if (*rc::gen::arbitrary<bool>()) record.folder_before = "/home/me/" + *text();
  record.pin = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) record.link = *rc::gen::element(LinkKind::symlink, LinkKind::copy);
  record.adopted_at = *text();
  for (int i = *rc::gen::inRange(1, 3); i > 0; --i)
    record.revisions.push_back({*text(), *text(), *rc::gen::container<std::vector<std::string>>(text()), *text(),
                                *rc::gen::arbitrary<bool>()});
  record.place_existed = *rc::gen::arbitrary<bool>();
  record.include = *rc::gen::container<std::vector<std::string>>(text());
  record.exclude = *rc::gen::container<std::vector<std::string>>(text());
  record.index_wrote = *rc::gen::container<std::vector<std::string>>(text());
  record.stayed = *rc::gen::container<std::vector<std::string>>(text());
  record.added = *rc::gen::container<std::vector<std::string>>(text());
  record.metadata_had = {{".mdl", *bytes()}, {".mv", std::nullopt}};
  record.metadata_wrote[".mdl"] = {*bytes(), *bytes()};
  record.made_name_link = *rc::gen::arbitrary<bool>();
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i)
    record.working_links.push_back({"/home/me/" + *text(), *rc::gen::arbitrary<bool>()});
  if (*rc::gen::arbitrary<bool>()) record.place_link = FileStamp{1, 2, *rc::gen::arbitrary<std::int64_t>(), 4};
  for (int i = *rc::gen::inRange(0, 5), number = 0; number < i; ++number) {
    record.entries.push_back(entry(static_cast<std::size_t>(number), record.revisions.size()));
  }
  return record;
}

bool same(const ExactId& a, const ExactId& b) {
  return a.revision == b.revision && a.synthetic == b.synthetic && a.sha == b.sha;
}

bool same(const std::optional<Staged>& a, const std::optional<Staged>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->stamp == b->stamp && a->source == b->source && a->link == b->link;
}

bool same(const Entry& a, const Entry& b) {
  return a.path == b.path && a.link == b.link && a.source == b.source && a.placed == b.placed &&
         same(a.staged, b.staged) && a.displaced == b.displaced && a.retiring == b.retiring &&
         a.outdated == b.outdated && a.had == b.had && a.outside == b.outside && a.elsewhere == b.elsewhere &&
         std::ranges::equal(a.exact, b.exact, [](const ExactId& x, const ExactId& y) { return same(x, y); });
}

bool same(const Record& a, const Record& b) {
  const bool header = a.phase == b.phase && a.target == b.target && a.type == b.type && a.repo_id == b.repo_id &&
                      a.folder == b.folder && a.in_place == b.in_place && a.folder_id == b.folder_id &&
                      a.folder_before == b.folder_before && a.pin == b.pin && a.link == b.link &&
                      a.include == b.include && a.exclude == b.exclude && a.adopted_at == b.adopted_at;
  const bool rest = a.place_existed == b.place_existed && a.index_wrote == b.index_wrote && a.stayed == b.stayed &&
                    a.added == b.added && a.metadata_had == b.metadata_had && a.metadata_wrote == b.metadata_wrote &&
                    a.made_name_link == b.made_name_link && a.working_links == b.working_links &&
                    a.place_link == b.place_link;
  const auto same_revision = [](const AdoptedRevision& x, const AdoptedRevision& y) {
    return x.name == y.name && x.version == y.version && x.hub_only == y.hub_only && x.hub == y.hub &&
           x.is_default == y.is_default;
  };
  return header && rest && std::ranges::equal(a.revisions, b.revisions, same_revision) &&
         std::ranges::equal(a.entries, b.entries, [](const Entry& x, const Entry& y) { return same(x, y); });
}

Record small_record() {
  Record record;
  record.target = "aistudio";
  record.repo_id = "ctbots/model";
  record.folder = "/home/me/model";
  record.adopted_at = "2026-01-02T03:04:05Z";
  record.revisions = {{"master", std::string(40, 'c'), {}}};
  record.metadata_had = {{".mdl", "\x80\x04\x00\xff"s}, {".mv", std::nullopt}};
  record.metadata_wrote[".mdl"] = {"\x80"};
  for (const char* path : {"README.md", "a/b.bin"}) {
    record.entries.push_back({.path = *RelPath::parse(path),
                              .source = {1, 2, 3, -4},
                              .placed = FileStamp{5, 6, 7, 8},
                              .exact = {{0, false, *ObjectId::parse(std::string(40, '1'))}},
                              .had = {"", "N/A"}});
  }
  return record;
}

std::string saved(const test::TemporaryFolder& folder, const Record& record) {
  REQUIRE(save(folder.path(), record));
  return test::read(folder / "record.jsonl");
}

void is_refused(const test::TemporaryFolder& folder, const std::string& bytes) {
  test::write(folder / "record.jsonl", bytes);
  const auto loaded = load(folder.path(), Trust::own);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code == ErrorCode::failed);
  CHECK(loaded.error().message.find((folder / "record.jsonl").native()) != std::string::npos);
  // from the file name, not from a library
  CHECK(loaded.error().message.find("json") == loaded.error().message.rfind("jsonl'"));
  CHECK(loaded.error().hint.starts_with("your own files are unchanged"));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a saved record is loaded unchanged") {
  const test::TemporaryFolder folder;
  CHECK(rc::check([&] {
    const Record record = any_record();
    RC_ASSERT(save(folder.path(), record).has_value());
    const auto loaded = load(folder.path(), Trust::own);
    RC_ASSERT(loaded.has_value());
    RC_ASSERT(loaded->has_value());
    RC_ASSERT(same(record, **loaded));
  }));
}

TEST_CASE("the header can be loaded, whatever follows it") {
  const test::TemporaryFolder folder;
  Record record = small_record();
  const std::string bytes = saved(folder, record);
  test::write(folder / "record.jsonl", bytes.substr(0, bytes.find('\n')) + "\nno JSON\n");
  record.entries.clear();
  CHECK(same(record, **load_header(folder.path(), Trust::own)));
  test::write(folder / "record.jsonl", replaced(bytes, "\"schema\":1", "\"schema\":2"));
  CHECK_FALSE(load_header(folder.path(), Trust::own));
  CHECK(load_header(folder / "nowhere", Trust::own).value() == std::nullopt);
}

TEST_CASE("a record of many pieces is loaded") {
  const test::TemporaryFolder folder;
  Record record = small_record();
  const Entry model = record.entries.front();
  record.entries.clear();
  for (int i = 0; i < 5000; ++i) {
    record.entries.push_back(model);
    record.entries.back().path = *RelPath::parse("file" + std::to_string(10000 + i));
  }
  CHECK(saved(folder, record).size() > 512 << 10);
  CHECK(same(record, **load(folder.path(), Trust::own)));
}

TEST_CASE("a missing record is not an Error") {
  const test::TemporaryFolder folder;
  CHECK(load(folder.path(), Trust::own).value() == std::nullopt);
  CHECK(load(folder / "nowhere", Trust::own).value() == std::nullopt);
}

TEST_CASE("a record is a header, a line for each file, and an end line") {
  const test::TemporaryFolder folder;
  const std::string bytes = saved(folder, small_record());
  CHECK(std::ranges::count(bytes, '\n') == 4);
  CHECK(bytes.ends_with("\n{\"end\":2}\n"));
  CHECK(fs::status_of(folder / "record.jsonl")->kind == fs::Kind::file);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);  // no other file is left
}

TEST_CASE("a record from before 0.1.0, whose revisions had no list of their own, is accepted") {
  const test::TemporaryFolder folder;
  const std::string revision = "[\"master\",\"" + std::string(40, 'c') + "\"";
  test::write(folder / "record.jsonl", replaced(saved(folder, small_record()), revision + ",[],\"\"]", revision + "]"));
  CHECK(same(small_record(), load(folder.path(), Trust::own).value().value()));
}

TEST_CASE("a record that is truncated anywhere is refused") {
  const test::TemporaryFolder folder;
  const std::string bytes = saved(folder, small_record());
  for (std::size_t length = 0; length + 1 < bytes.size(); ++length) {
    CAPTURE(length);
    is_refused(folder, bytes.substr(0, length));
  }
}

TEST_CASE("damaged lines are refused") {
  const test::TemporaryFolder folder;
  const std::string bytes = saved(folder, small_record());
  const std::vector<std::pair<std::string, std::string>> damages = {
      {"\"schema\":1", "\"schema\":2"},
      {"\"schema\":1", "\"schema\":\"1\""},
      {"\"schema\":1,", ""},
      {"\"done\"", "\"finished\""},
      {"\"model\"", "\"space\""},
      {"ctbots/model", "../model"},
      {"README.md", "../README.md"},
      {"README.md", "/etc/passwd"},
      {"README.md", ""},
      {"symlink", "softlink"},
      {std::string(40, '1'), "1"},
      {std::string(40, '1'), std::string(40, 'X')},
      {"[5,6,7,8]", "[5,6,7]"},
      {"[5,6,7,8]", "\"now\""},
      {"\"in_place\":false", "\"in_place\":null"},
      {"\"had\":[\"\"", "\"had\":[1"},
      {"8004", "800"},
      {"8004", "80zz"},
      {"8004", "+f04"},
      {"8004", " f04"},
      {"8004", "0x04"},
      {"8004", "8A04"},
      {"[5,6,7,8]", "[5,6,7,8,9]"},
      {"[5,6,7,8]", "[5.5,6,7,8]"},
      {"[5,6,7,8]", "[-5,6,7,8]"},
      {"[5,6,7,8]", "[true,6,7,8]"},
      {"[5,6,7,8]", "[5,6,18446744073709551615,8]"},
      {"[0,false", "[65536,false"},
      {"\"folder_id\":[0,0]", "\"folder_id\":[1e300,0]"},
      {"\"folder_id\":[0,0]", "\"folder_id\":[0,1.5]"},
      {"\"folder_id\":[0,0]", "\"folder_id\":[-1,0]"},
      {"\"placed\":[5,6,7,8]", "\"placed\":[5,6,7,8],\"placed_at\":1e300"},
      {"{\"end\":2}", "{\"end\":3}"},
      {"{\"end\":2}", "{\"end\":1}"},
      {"{\"end\":2}", "{}"},
      {"{\"end\":2}", ""},
      {"\n{", "\n\n{"},
      {"\n{", "\n[{"},
      {"[\"master\",\"" + std::string(40, 'c') + "\",[],\"\"]", ""},
      {"[0,false", "[1,false"},
      {"/home/me/model", "model"},
      {"\".mv\"", "\"../.mv\""},
      {"\"metadata_wrote\":{\".mdl\"", "\"metadata_wrote\":{\"/etc/x\""},
      {"README.md", "z"},
      {"README.md", "a/b.bin"},
      {"\"exact\":[[0,false,\"" + std::string(40, '1') + "\"]]", "\"exact\":[]"},
      {"\"path\":", "\"PATH\":"},
      {"\"target\":\"aistudio\",", ""},
      {"README.md", "a\xFF"},
  };
  for (const auto& [from, to] : damages) {
    CAPTURE(from);
    CAPTURE(to);
    is_refused(folder, replaced(bytes, from, to));
  }
  for (const std::string& other : {""s, "\n"s, "{}"s, "[]"s, "null"s, "\0"s, std::string(100000, '['), bytes + "\0"s}) {
    if (!other.starts_with(bytes)) is_refused(folder, other);
  }
}

TEST_CASE("after a change of any byte, a record is refused or has no path that leads out") {
  const test::TemporaryFolder folder;
  const std::string bytes = saved(folder, small_record());
  CHECK(rc::check([&] {
    std::string damaged = bytes;
    damaged[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
    test::write(folder / "record.jsonl", damaged);
    const auto loaded = load(folder.path(), Trust::own);
    RC_ASSERT(
        // without the parentheses, rapidcheck would split the || and evaluate both sides
        (loaded || loaded.error().code == ErrorCode::failed));
  }));
}

TEST_CASE("a folder in place of the record, or a folder without write access, is an Error") {
  const test::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "record.jsonl");
  CHECK_FALSE(load(folder.path(), Trust::own));
  CHECK_FALSE(save(folder.path(), small_record()));
  CHECK_FALSE(save(folder / "nowhere", small_record()));
}

TEST_CASE("a folder whose path is not UTF-8 cannot be recorded, and the old record stays") {
  const test::TemporaryFolder folder;
  const std::string before = saved(folder, small_record());
  Record record = small_record();
  record.folder = "/home/\xFF";
  const auto result = save(folder.path(), record);
  REQUIRE_FALSE(result);
  CHECK(result.error().message.find("is not UTF-8") != std::string::npos);
  CHECK(test::read(folder / "record.jsonl") == before);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("entries are found by their paths") {
  const Record record = small_record();
  CHECK(record.find("README.md") == &record.entries[0]);
  CHECK(record.find("a/b.bin") == &record.entries[1]);
  for (const char* other : {"", "a", "a/b.bi", "a/b.bin2", "z"}) CHECK(record.find(other) == nullptr);
}

TEST_CASE("the hub is recorded; a record of a version that did not record it is read") {
  const test::TemporaryFolder folder;
  Record record = small_record();
  record.revisions.front().hub = "https://hub.example";
  const std::string text = replaced(saved(folder, record), R"(,[],"https://hub.example"])", ",[]]");
  CHECK(same(record, load(folder.path(), Trust::own).value().value()));
  test::write(folder / "record.jsonl", text);
  CHECK(same(small_record(), load(folder.path(), Trust::own).value().value()));
}

TEST_CASE("a record is not trusted if others may write to it or to its folder") {
  const test::TemporaryFolder folder;
  saved(folder, small_record());
  const auto is_trusted = [&] { return load(folder.path(), Trust::own).has_value(); };
  REQUIRE(is_trusted());
  const auto check_mode = [&](const std::filesystem::path& name, mode_t wrong, mode_t right) {
    chmod(name.c_str(), wrong);
    CHECK_FALSE(is_trusted());
    CHECK_FALSE(load_header(folder.path(), Trust::own).has_value());
    CHECK(load(folder.path(), Trust::own).error().code == ErrorCode::conflict);
    CHECK(load(folder.path(), Trust::anybody).has_value());
    chmod(name.c_str(), right);
    CHECK(is_trusted());
  };
  check_mode(folder / "record.jsonl", 0646, 0644);
  check_mode(folder.path(), 0757, 0755);
}

TEST_CASE("a deeply nested line of another user's record is refused before it is parsed") {
  const test::TemporaryFolder folder;
  const std::string text = saved(folder, small_record());
  for (const char* deep : {"[", "{\"a\":"}) {
    std::string line;
    for (int i = 0; i < 1000; ++i) line += deep;
    test::write(folder / "record.jsonl", text.substr(0, text.find('\n') + 1) + line);
    chmod((folder / "record.jsonl").c_str(), 0646);
    const auto loaded = load(folder.path(), Trust::anybody);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().message.find("nested too deeply") != std::string::npos);
  }
  test::write(folder / "record.jsonl", text);
  chmod((folder / "record.jsonl").c_str(), 0646);
  CHECK(load(folder.path(), Trust::anybody).has_value());
}

TEST_CASE("a record of another user is not trusted; a record of root is") {
  if (geteuid() != 0) return;  // test/e2e/test_other_users.py reports the skip
  const test::TemporaryFolder folder;
  saved(folder, small_record());
  chmod(folder.path().c_str(), 0755);
  REQUIRE(chown((folder / "record.jsonl").c_str(), 54321, 54321) == 0);
  const auto opened = open_record(folder.path()).value();
  CHECK(opened->owner == "uid 54321");
  CHECK(opened->objection == "it belongs to uid 54321");
  CHECK_FALSE(load(folder.path(), Trust::own).has_value());
  REQUIRE(chown((folder / "record.jsonl").c_str(), 0, 0) == 0);
  CHECK(load(folder.path(), Trust::own).has_value());
  REQUIRE(chown(folder.path().c_str(), 54321, 54321) == 0);
  CHECK_FALSE(load(folder.path(), Trust::own).has_value());
}

TEST_CASE("no symlink is followed from ._hubcache on") {
  const test::TemporaryFolder folder;
  const auto own = folder / "cache/._hubcache/o/n";
  std::filesystem::create_directories(own);
  REQUIRE(save(own, small_record()));
  std::filesystem::create_directory_symlink(folder / "cache", folder / "other name");
  CHECK(load(folder / "other name/._hubcache/o/n", Trust::own).value().has_value());
  for (const char* link : {"second/._hubcache/o/n", "third/._hubcache/o", "fourth/._hubcache"}) {
    const std::filesystem::path name = folder / link;
    std::filesystem::create_directories(name.parent_path());
    auto target = own;
    for (auto level = name; level.filename() != "n" && target.filename() != level.filename();)
      target = target.parent_path();
    std::filesystem::create_directory_symlink(target, name);
    const auto record = folder / (name.lexically_relative(folder.path()).begin()->native() + "/._hubcache/o/n");
    CHECK(load(record, Trust::anybody).value() == std::nullopt);
    CHECK(open_record(record).value()->is_behind_symlink);
  }
  std::filesystem::rename(own / "record.jsonl", folder / "elsewhere");
  std::filesystem::create_symlink(folder / "elsewhere", own / "record.jsonl");
  CHECK_FALSE(load(own, Trust::anybody));
}

}  // namespace hubcache::record
