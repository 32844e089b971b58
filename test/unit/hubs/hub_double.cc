#include "unit/hubs/hub_double.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

namespace hubcache::test {
namespace {

using test::Connection;
using test::Request;

constexpr const char* prefix = "/api/v1/repos/me/model";

std::string base64(const std::string& bytes) {
  static constexpr const char* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    unsigned three = 0;
    for (std::size_t i = 0; i < 3; ++i)
      three = three << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    for (int i = 3; i >= 0; --i) out += digits[three >> (6 * i) & 63];
  }
  const std::size_t padding = (3 - bytes.size() % 3) % 3;
  return out.replace(out.size() - padding, padding, padding, '=');
}

std::string json_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    else out += c;
  }
  return out + "\"";
}

std::size_t number_in(const std::string& query, const std::string& key) {
  return std::stoul(query.substr(query.find("&" + key + "=") + key.size() + 2));
}

Answer not_found(const std::string& message) {
  return {404, fmt::format(R"({{"errors":null,"message":{}}})", json_text(message))};
}

}  // namespace

std::string id_of(const std::string& content) {
  std::uint64_t hash = 1469598103934665603u;  // FNV-1a
  for (const char c : content) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return fmt::format("{0:016x}{0:016x}{1:08x}", hash, content.size());
}

std::string pointer(std::uint64_t size) {
  return fmt::format("version https://git-lfs.github.com/spec/v1\noid sha256:{:064x}\nsize {}\n", size, size);
}

std::string fixture(const std::string& name) {
  std::ifstream stream(HUBCACHE_TEST_DATA "/gitea/" + name, std::ios::binary);
  if (!stream) throw std::runtime_error("no fixture " + name);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string unquoted(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') out += text[at];
    else out += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16)), at += 2;
  }
  return out;
}

HubDouble::HubDouble(std::vector<File> files, Override instead)
    : in_order_(std::move(files)),
      instead_(std::move(instead)),
      server_([this](const Connection& connection, const Request& request) {
        const auto other = instead_ ? instead_(request) : std::nullopt;
        const Answer said = other ? *other : answer(request);
        return connection.reply(said.status, said.body, said.type);
      }) {
  for (const auto& file : in_order_) files_.emplace(file.path, file);
  environment.variables = {{"STUDIO_GIT_HOST", server_.origin()}, {"AISTUDIO_ACCESS_TOKEN", "t0ken"}};
}

Result<hub::Listing> HubDouble::list(const std::function<bool(const RelPath&)>& is_local,
                                     const std::string& revision) const {
  return list_with({is_local}, revision);
}

Result<hub::Listing> HubDouble::list_with(const hub::Local& local, const std::string& revision) const {
  const RepoRef repo{RepoType::model, RepoId::parse("me/model").value(), Revision::parse(revision).value()};
  http::Connections connections;
  return hub::list_aistudio(connections, environment, repo, local);
}

std::vector<std::string> HubDouble::asked() const {
  std::vector<std::string> targets;
  for (const auto& request : server_.requests()) targets.push_back(request.target.substr(std::string(prefix).size()));
  return targets;
}

int HubDouble::asked_for(const std::string& start) const {
  int count = 0;
  for (const auto& target : asked()) count += target.starts_with(start);
  return count;
}

Answer HubDouble::answer(const Request& request) const {
  const std::string target = request.target.substr(std::string(prefix).size());
  const auto mark = std::min(target.find('?'), target.size());
  const std::string path = target.substr(0, mark);
  if (path == "/tags/v1.0")
    return {200, R"({"name":"v1.0","commit":{"sha":"6a40f0af29b21676b71217a9808b887bdc225be8"}})"};
  if (path.starts_with("/tags/")) return not_found("no tag");
  if (path.empty()) return {200, R"({"default_branch":"master","empty":false})"};
  if (path.starts_with("/git/trees/")) return tree(target.substr(mark));
  if (path == "/contents") return contents("");
  if (path.starts_with("/contents/")) return contents(unquoted(path.substr(10)));
  return not_found("no route");
}

/// The page after the last has no tree, as in many_tree_page3.json.
Answer HubDouble::tree(const std::string& query) const {
  const std::size_t start = (number_in(query, "page") - 1) * page_size;
  const std::size_t end = std::min(start + page_size, in_order_.size());
  std::string entries;
  for (std::size_t i = start; i < end; ++i) {
    const File& file = in_order_[i];
    entries += fmt::format(R"({}{{"path":{},"mode":"{}","type":"{}","size":{},"sha":"{}"}})", i == start ? "" : ",",
                           json_text(file.path), file.mode, file.type, file.content.size(), id_of(file.content));
  }
  return {200, fmt::format(
                   R"({{"sha":"{0}","url":"{1}/git/trees/{0}","tree":{2},"truncated":{3},"page":1,"total_count":{4}}})",
                   id_of("tree"), base(), start < end ? "[" + entries + "]" : "null",
                   start < end && in_order_.size() > (page_quirks ? page_size : end), in_order_.size())};
}

std::string HubDouble::entry(const File& file) const {
  const std::string type = file.mode == "120000"   ? "symlink"
                           : file.type == "tree"   ? "dir"
                           : file.type == "commit" ? "submodule"
                                                   : "file";
  return fmt::format(R"("path":{},"sha":"{}","last_commit_sha":"{}","type":"{}","size":{})", json_text(file.path),
                     id_of(file.content), id_of("commit"), type, file.content.size());
}

Answer HubDouble::contents(const std::string& path) const {
  if (const auto found = files_.find(path); found != files_.end() && found->second.type != "tree") {
    return {200, fmt::format(R"({{{},"encoding":"base64","content":"{}"}})", entry(found->second),
                             base64(found->second.content))};
  }
  std::string entries;
  for (const auto& [name, file] : files_) {
    const auto slash = name.rfind('/');
    if ((slash == name.npos ? "" : name.substr(0, slash)) != path) continue;
    entries += (entries.empty() ? "{" : ",{") + entry(file) + "}";
  }
  return path.empty() || !entries.empty() ? Answer{200, "[" + entries + "]"} : not_found("object does not exist");
}

}  // namespace hubcache::test
