#include "hubs/huggingface/listing.h"

#include <iterator>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "http/client.h"
#include "http/url.h"
#include "hub/limits.h"
#include "hub/sift.h"
#include "hubs/huggingface/answer.h"
#include "hubs/huggingface/endpoint.h"
#include "hubs/huggingface/names.h"
#include "hubs/huggingface/repo.h"

namespace hubcache::hub {
namespace {

/// Returns why the listing would not end, for a page that announces another page; "" for no reason.
std::string why_endless(const std::vector<Entry>& page, std::size_t pages, const std::vector<Entry>& so_far) {
  if (page.empty()) return say("the listing does not end: an empty page announces another page");
  if (pages == max_pages) return say("the listing does not end: {} pages exceed the limit", std::to_string(pages));
  return so_far.size() > max_entries ? say("the listing is longer than {}", counted(max_entries, "name")) : "";
}

/// Returns "https://host" of the next page if that is another host than this page's; else "".
std::string other_host(const std::string& url, const std::string& next) {
  const auto here = http::parse_url(url), there = http::parse_url(next);
  if (!here || !there || http::same_origin(*here, *there)) return "";
  return http::for_message(there->scheme + "://" + there->host + (there->names_port ? ":" + there->port : ""));
}

struct Tree {
  std::vector<Entry> entries;
  std::string continued_at;
};

/// Reads the pages one by one, since each page contains the address of the next one.
Result<Tree> read_tree(HuggingFaceRepo& repo, std::string_view commit) {
  Tree tree;
  std::size_t pages = 0;
  for (std::string url = repo.tree_url(commit); !url.empty();) {
    const auto answer = TRY(repo.get(url));
    auto page = TRY(repo.read_one(url, answer, read_huggingface_page));
    const std::string next = next_page_in(answer.link);
    const std::string why = next.empty() ? "" : why_endless(page, ++pages, tree.entries);
    if (!why.empty()) return repo.failure(url, why, std::string(translated(too_large_hint)));
    std::ranges::move(page, std::back_inserter(tree.entries));
    if (tree.continued_at.empty()) tree.continued_at = other_host(url, next);
    url = next;
  }
  return tree;
}

RemoteTree to_tree(Sifted sifted, std::string commit) {
  RemoteTree tree{{}, std::move(commit), std::move(sifted.left_out), false};
  tree.files.reserve(sifted.files.size());
  for (ListedFile& file : sifted.files) {
    tree.files.push_back({std::move(file.path), *file.sha, file.size, file.lfs_size, {}, file.lfs_sha256});
  }
  return tree;
}

}  // namespace

Result<Listing> list_huggingface(http::Connections& connections, const Environment& environment, const RepoRef& repo) {
  const auto endpoint = TRY(huggingface_endpoint(environment));
  http::Client client(connections, environment, endpoint.host, endpoint.token, {}, "Bearer", http::ProxyRules::httpx);
  HuggingFaceRepo asked(client, endpoint, repo);
  const auto info = TRY(asked.get(asked.info_url()));
  const ObjectId commit = TRY(asked.read_one(asked.info_url(), info, read_commit_of_info));
  Tree tree = TRY(read_tree(asked, commit.str()));
  auto sifted = TRY(sift(std::move(tree.entries), huggingface_names, repo.id));
  Listing listing{to_tree(std::move(sifted), std::string(commit.str())), client.requests_made()};
  if (!tree.continued_at.empty())
    listing.tree.remark =
        say("the hub's listing continues at another host, {}: hubcache sends no token to that host; clients follow the "
            "link, too",
            tree.continued_at);
  listing.tree.repo_id = read_id_of_info(info.body);
  return listing;
}

}  // namespace hubcache::hub
