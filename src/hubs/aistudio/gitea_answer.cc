#include "hubs/aistudio/gitea_answer.h"

#include <algorithm>

#include "base/language.h"
#include "base/try.h"
#include "hub/json.h"
#include "hub/lfs_pointer.h"

namespace hubcache::hub {
namespace {

namespace dom = json::dom;
using json::number_of;
using json::optional_text_of;
using json::parse_object;
using json::sha_of;
using json::text_of;
using json::unusable;
using json::wrong;

Entry::Kind kind_in_tree(const dom::object& object, std::string_view type) {
  if (type == "tree") return Entry::Kind::folder;
  if (type == "commit") return Entry::Kind::submodule;
  std::string_view mode;
  if (object["mode"].get(mode)) mode = "";
  if (mode == "160000") return Entry::Kind::submodule;
  if (type != "blob") return Entry::Kind::unknown;
  return mode == "120000" ? Entry::Kind::symlink : Entry::Kind::file;
}

Entry::Kind kind_in_folder(const dom::object&, std::string_view type) {
  if (type == "file") return Entry::Kind::file;
  if (type == "symlink") return Entry::Kind::symlink;
  if (type == "dir") return Entry::Kind::folder;
  return type == "submodule" ? Entry::Kind::submodule : Entry::Kind::unknown;
}

template <class KindOf>
Result<std::vector<Entry>> entries_of(const dom::array& list, const KindOf& kind_of) {
  std::vector<Entry> entries;
  entries.reserve(list.size());
  for (const dom::element& line : list) {
    dom::object object;
    if (line.get(object)) return unusable(say("a list with items that are not objects"));
    std::string path = TRY(text_of(object, "path"));
    const std::string type = TRY(text_of(object, "type"));
    entries.push_back(
        {std::move(path), kind_of(object, type), sha_of(object, "sha"), number_of(object, "size").value_or(0)});
  }
  return entries;
}

/// Models os.path.basename(urlparse(url).path) in aistudio_sdk.snapshot_download.get_model_files.
std::string last_part(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const auto slash = url.rfind('/');
  if (slash != url.npos) url.remove_prefix(slash + 1);
  return std::string(url.substr(0, url.find(';')));
}

Result<std::string> version_of(const dom::object& page) {
  std::string_view url;
  if (page["url"].get(url)) return std::string();
  std::string version = last_part(url);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (version.size() > json::max_short_text || std::ranges::any_of(version, is_control)) return wrong("url");
  return version;
}

/// Returns owner/name from Gitea's APIURL, as the hub spells them: <host>/api/v1/repos/<owner>/<name>/git/trees/<sha>.
std::string repo_id_of(const dom::object& page) {
  constexpr std::string_view before = "/repos/", behind = "/git/trees/";
  std::string_view url;
  if (page["url"].get(url)) return "";
  const auto end = url.find(behind), start = url.substr(0, end).rfind(before);
  if (end == url.npos || start == url.npos) return "";
  const auto id = RepoId::parse(url.substr(start + before.size(), end - start - before.size()));
  return id ? id->str() : "";
}

/// Returns false if the field is missing or null.
Result<bool> is_truncated(const dom::object& page) {
  dom::element value;
  if (page["truncated"].get(value) || value.is_null()) return false;
  bool truncated = false;
  if (value.get(truncated)) return wrong("truncated");
  return truncated;
}

/// Returns no entries if the field is missing or null. Gitea ends a long listing with `"tree": null`.
Result<std::vector<Entry>> entries_of_page(const dom::object& page, bool& is_null) {
  dom::element value;
  is_null = !page["tree"].get(value) && value.is_null();
  if (page["tree"].get(value) || value.is_null()) return std::vector<Entry>();
  dom::array list;
  if (value.get(list)) return wrong("tree");
  return entries_of(list, kind_in_tree);
}

Result<std::string> read_commit(const std::string& body, const char* field) {
  dom::parser parser;
  const auto object = TRY(parse_object(parser, body));
  dom::object commit;
  if (object["commit"].get(commit)) return wrong("commit");
  const auto sha = sha_of(commit, field);
  if (!sha) return wrong("commit");
  return std::string(sha->str());
}

std::optional<std::uint64_t> lfs_size_of(const dom::object& file) {
  std::string_view content;
  if (!file["content"].get(content)) {
    if (const auto pointer = lfs_size_in_base64(content)) return pointer;
  }
  return number_of(file, "lfs_size");
}

}  // namespace

Result<TreePage> read_tree_page(const std::string& body) {
  dom::parser parser;
  const auto object = TRY(parse_object(parser, body));
  TreePage page;
  const auto total = number_of(object, "total_count");
  if (!total) return wrong("total_count");
  page.total_count = *total;
  page.version = TRY(version_of(object));
  page.repo_id = repo_id_of(object);
  page.truncated = TRY(is_truncated(object));
  page.entries = TRY(entries_of_page(object, page.is_null));
  return page;
}

Result<Contents> read_contents(const std::string& body) {
  dom::parser parser;
  const auto object = TRY(parse_object(parser, body));
  std::string path = TRY(text_of(object, "path"));
  const auto sha = sha_of(object, "sha");
  if (!sha) return wrong("sha");
  const auto size = number_of(object, "size");
  if (!size) return wrong("size");
  auto last_commit = TRY(optional_text_of(object, "last_commit_sha"));
  return Contents{std::move(path), *sha, *size, lfs_size_of(object), std::move(last_commit)};
}

Result<std::vector<Entry>> read_folder(const std::string& body) {
  dom::parser parser;
  const auto root = TRY(json::parse(parser, body));
  dom::array list;
  if (root.get(list)) return unusable(say("JSON that is not a folder listing"));
  return entries_of(list, kind_in_folder);
}

Result<std::string> read_commit_of_tag(const std::string& body) { return read_commit(body, "sha"); }

Result<std::string> read_commit_of_branch(const std::string& body) { return read_commit(body, "id"); }

Result<About> read_about(const std::string& body) {
  dom::parser parser;
  const auto object = TRY(parse_object(parser, body));
  About about;
  about.default_branch = TRY(optional_text_of(object, "default_branch")).value_or("");
  if (object["empty"].get(about.is_empty)) about.is_empty = false;
  return about;
}

bool is_empty_list(const std::string& body) {
  dom::parser parser;
  const auto root = json::parse(parser, body);
  dom::array list;
  return root && !root->get(list) && list.size() == 0;
}

std::optional<std::string> read_message(const std::string& body) {
  dom::parser parser;
  const auto object = parse_object(parser, body);
  if (!object) return std::nullopt;
  const auto message = text_of(*object, "message");
  return message && !message->empty() ? std::optional(*message) : std::nullopt;
}

}  // namespace hubcache::hub
