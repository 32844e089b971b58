#include "hubs/aistudio/dialect_contents.h"

#include <algorithm>
#include <iterator>

#include <fmt/compile.h>
#include <fmt/format.h>

#include "http/client.h"
#include "hubs/aistudio/dialect_error.h"

namespace hubcache::hub::gitea {
namespace {

/// Escapes each part of the path, as Go's url.PathEscape does; differs from it only in characters that are valid with
/// and without an escape.
std::string escaped_path(std::string_view path) {
  std::string out;
  for (std::size_t start = 0; start <= path.size();) {
    const auto end = std::min(path.find('/', start), path.size());
    if (start > 0) out += '/';
    out += http::quote(path.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

/// Formats into a buffer that is usually large enough, since a client requests every file of a repo, one by one.
template <class Format, class... Args>
std::string formatted(const Format& format, const Args&... args) {
  fmt::basic_memory_buffer<char, 2048> text;
  fmt::format_to(fmt::appender(text), format, args...);
  return {text.data(), text.size()};
}

std::string_view filename(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::string contents(std::string_view root, const CatalogRepo& repo, std::string_view ref, const Described& file) {
  const std::string id = repo.id.str(), path = escaped_path(file.path), revision = http::quote(ref);
  const std::string api = formatted(FMT_COMPILE("{}/api/v1/repos/{}"), root, id);
  const std::string self = formatted(FMT_COMPILE("{}/contents/{}?ref={}"), api, path, revision);
  const std::string git = formatted(FMT_COMPILE("{}/git/blobs/{}"), api, file.sha);
  const std::string page = formatted(FMT_COMPILE("{}/{}/src/{}/{}"), root, id, revision, path);
  const std::string raw =
      file.is_folder ? "null" : formatted(FMT_COMPILE("\"{}/{}/raw/{}/{}\""), root, id, revision, path);
  const std::string sha256 = file.sha256.empty() ? "" : formatted(FMT_COMPILE(R"("Sha256":"{}",)"), file.sha256);
  return formatted(
      FMT_COMPILE(R"({{"name":{},"path":{},"sha":"{}","last_commit_sha":"{}","type":"{}","size":{},{}"encoding":null,)"
                  R"("content":null,"target":null,"url":"{}","html_url":"{}","git_url":"{}","download_url":{},)"
                  R"("submodule_git_url":null,"_links":{{"self":"{}","git":"{}","html":"{}"}}}})"),
      in_json(filename(file.path)), in_json(file.path), file.sha, file.last_commit, file.is_folder ? "dir" : "file",
      file.size, sha256, self, page, git, raw, self, git, page);
}

std::string folder_contents(std::string_view root, const CatalogRepo& repo, std::string_view ref,
                            std::string_view folder, const Entries& listing, std::string_view last_commit) {
  const std::string prefix = folder.empty() ? "" : std::string(folder) + "/";
  std::string text = "[";
  listing.each(
      [&](std::string_view path, bool) {
        return path.size() > prefix.size() && path.starts_with(prefix) && path.find('/', prefix.size()) == path.npos;
      },
      [&](const Listed& item) {
        if (text.size() > 1) text += ',';
        text += contents(root, repo, ref,
                         {item.path, item.sha.str(), last_commit, size_now(repo, item), "", item.is_folder});
      });
  return text += ']';
}

std::string tree(std::string_view root, const CatalogRepo& repo, std::string_view version, const Entries& listing,
                 Page page) {
  const std::string api = fmt::format("{}/api/v1/repos/{}", root, repo.id.str());
  const std::uint64_t first = (page.number - 1) * page.size, end = first + page.size;
  std::string text = fmt::format(R"({{"sha":"{0}","url":"{1}/git/trees/{0}","tree":[)", version, api);
  std::uint64_t number = 0;  // of the items
  bool is_first = true;
  listing.each(
      [&](std::string_view path, bool) {
        if (!page.recursive && path.find('/') != path.npos) return false;
        ++number;
        return number > first && number <= end;
      },
      [&](const Listed& item) {
        const std::string_view kind = item.is_folder ? "tree" : "blob";
        fmt::format_to(
            std::back_inserter(text),
            FMT_COMPILE(R"({}{{"path":{},"mode":"{}","type":"{}","size":{},"sha":"{}","url":"{}/git/{}s/{}"}})"),
            is_first ? "" : ",", in_json(item.path), item.is_folder ? "040000" : "100644", kind, size_now(repo, item),
            item.sha.str(), api, kind, item.sha.str());
        is_first = false;
      });
  fmt::format_to(std::back_inserter(text), R"(],"truncated":{},"page":{},"total_count":{}}})", end < number,
                 page.number, number);
  return text;
}

}  // namespace hubcache::hub::gitea
