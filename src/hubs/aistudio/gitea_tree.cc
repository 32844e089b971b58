#include "hubs/aistudio/gitea_tree.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <unordered_set>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "hub/limits.h"

namespace hubcache::hub {
namespace {

constexpr std::size_t pages_ahead = 16;

/// The pages of a listing. It is complete after a page without entries, after a page that is not truncated, or when
/// there are as many distinct entries as total_count. Gitea 1.22 calls a full last page truncated, and then sends
/// `"tree": null`.
class Pages {
 public:
  /// Adds a page. Returns whether the listing is complete. An Error's message is the predicate of a sentence whose
  /// subject is the URL.
  Result<bool> add(TreePage page) {
    ++count_;
    total_ = page.total_count;
    is_truncated_ = page.truncated && !page.entries.empty();
    ends_in_null_ = page.is_null && count_ > 1;
    if (page.entries.empty()) return true;
    const std::size_t known = seen_.size();
    for (const Entry& entry : page.entries) seen_.insert(std::hash<std::string>{}(entry.path));
    if (count_ == 1) page_size_ = page.entries.size();
    std::ranges::move(page.entries, std::back_inserter(entries_));
    TRY(check_size());
    if (!page.truncated || seen_.size() >= total_) return true;
    if (seen_.size() == known) return does_not_end(say("adds nothing new"));
    if (count_ == max_pages) return does_not_end(say("exceeds the limit"));
    return false;
  }

  std::size_t count() const { return count_; }
  /// Whether the hub calls the last page truncated although it has entries and no page follows.
  bool ends_truncated() const { return is_truncated_; }
  bool ends_in_null() const { return ends_in_null_; }

  /// Returns how many pages to request at the same time, by the hub's total_count: at least one, at most pages_ahead.
  std::size_t expected() const {
    const std::uint64_t left = total_ - std::min<std::uint64_t>(total_, seen_.size());
    return std::clamp<std::uint64_t>((left + page_size_ - 1) / page_size_, 1,
                                     std::min(pages_ahead, max_pages - count_));
  }

  std::vector<Entry> take() { return std::move(entries_); }

 private:
  Result<void> check_size() const {
    const bool too_many = total_ > max_entries || entries_.size() > max_entries;
    if (too_many)
      return Error{ErrorCode::hub, say("the listing is longer than {}", counted(max_entries, "name")),
                   std::string(translated(too_large_hint))};
    return {};
  }

  Error does_not_end(const std::string& why) const {
    return {ErrorCode::hub,
            say("the listing does not end: page {} {}, but the hub announces more", std::to_string(count_), why),
            say("try again")};
  }

  std::vector<Entry> entries_;
  std::unordered_set<std::size_t> seen_;  ///< hashes of names, 8 bytes each, to detect a page without new names
  std::uint64_t total_ = 0;
  std::size_t page_size_ = 1;
  std::size_t count_ = 0;
  bool is_truncated_ = false, ends_in_null_ = false;
};

/// Requests several pages at the same time. Returns them in the order of the URLs, whichever arrives first.
Result<std::vector<Result<TreePage>>> ask_for(GiteaRepo& repo, const std::vector<std::string>& urls) {
  std::vector<Result<TreePage>> pages(urls.size(), TreePage{});
  TRY(repo.read_all<TreePage>(urls, read_tree_page, [&](std::size_t index, Result<TreePage> page) -> Result<void> {
    pages[index] = std::move(page);
    return {};
  }));
  return pages;
}

bool is_null_page(const std::string& body) {
  const auto page = read_tree_page(body);
  return page && page->is_null;
}

}  // namespace

Result<TreeListing> read_tree(GiteaRepo& repo, const std::string& revision, std::vector<Result<http::Answer>> first) {
  const auto url_of = [&](std::size_t page) { return repo.tree_url(revision, page); };
  Pages pages;
  TreeListing listing;
  const auto add = [&](TreePage page) -> Result<bool> {
    auto complete = pages.add(std::move(page));
    if (complete) return complete;
    return repo.failure(url_of(pages.count()), complete.error().message, complete.error().hint);
  };
  bool is_complete = false;
  auto answer = first.begin();
  for (; answer != first.end() && !is_complete; ++answer) {
    const std::string url = url_of(pages.count() + 1);
    auto page = TRY(repo.read_one(url, TRY(std::move(*answer)), read_tree_page));
    if (pages.count() == 0) {
      listing.version = std::move(page.version);
      listing.repo_id = std::move(page.repo_id);
    }
    if (listing.version.empty()) return repo.failure(url, say("returned JSON whose \"url\" is missing"), "");
    is_complete = TRY(add(std::move(page)));
  }
  while (!is_complete) {
    std::vector<std::string> urls;
    for (std::size_t ahead = 1; ahead <= pages.expected(); ++ahead) urls.push_back(url_of(pages.count() + ahead));
    auto answers = TRY(ask_for(repo, urls));
    for (auto next = answers.begin(); next != answers.end() && !is_complete; ++next)
      is_complete = TRY(add(TRY(std::move(*next))));
  }
  listing.pages = pages.count();
  listing.ends_in_null = pages.ends_in_null();
  if (pages.ends_truncated()) {
    const auto after = answer != first.end() ? std::move(*answer) : repo.get(url_of(pages.count() + 1));
    listing.ends_in_null = after && is_success(*after) && is_null_page(after->body);
  }
  listing.entries = pages.take();
  return listing;
}

}  // namespace hubcache::hub
