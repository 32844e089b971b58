#include "hubs/aistudio/contents_check.h"

#include <algorithm>
#include <optional>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "hub/lfs_pointer.h"

namespace hubcache::hub {
namespace {

// Bytes. The answer contains the file in base64 and must not exceed the limit for one answer.
constexpr std::uint64_t largest_plain = 32 << 20;

bool may_be_lfs(const ListedFile& file) { return !file.is_symlink && may_be_lfs_pointer(file.size); }

/// Returns files that may be in LFS by their sizes: those that the user lacks, at most `most`; if there are none, one
/// other such file.
std::vector<std::size_t> choose_lfs(const std::vector<ListedFile>& files, const Local& local, std::size_t most) {
  std::vector<std::size_t> lacking;
  std::optional<std::size_t> any;
  for (std::size_t i = 0; i < files.size() && lacking.size() < most; ++i) {
    if (!may_be_lfs(files[i])) continue;
    if (!any) any = i;
    if (!local.has(files[i].path)) lacking.push_back(i);
  }
  return lacking.empty() && any ? std::vector{*any} : lacking;
}

/// Returns the smallest file that is not in LFS, since `contents` embeds the file. Prefers non-empty files, since the
/// id of an empty file proves least.
std::optional<std::size_t> choose_plain(const std::vector<ListedFile>& files) {
  const auto cost = [](const ListedFile& file) { return file.size > 0 ? file.size : largest_plain; };
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (may_be_lfs(files[i]) || files[i].is_symlink || files[i].size > largest_plain) continue;
    if (!best || cost(files[i]) < cost(files[*best])) best = i;
  }
  return best;
}

/// Returns the size of the real content. AI Studio's server may send it as `size`, where stock Gitea sends the size of
/// the pointer.
std::optional<std::uint64_t> real_size(const ListedFile& file, const Contents& contents) {
  if (contents.lfs_size || !may_be_lfs(file) || contents.size == file.size) return contents.lfs_size;
  return contents.size;
}

bool agrees(const ListedFile& file, const Contents& contents) {
  return contents.path == file.path.str() && file.sha && contents.sha == *file.sha;
}

std::vector<std::string> urls_of(const GiteaRepo& repo, const std::vector<ListedFile>& files) {
  std::vector<std::string> urls;
  urls.reserve(files.size());
  for (const ListedFile& file : files) urls.push_back(repo.contents_url(file.path.str()));
  return urls;
}

/// Whether Gitea still treats the repo as empty, as it does for a moment after the first push: 1.22 answers `[]`, 1.25
/// fails with an HTML page.
bool is_unsettled(const http::Answer& answer) {
  if (is_success(answer)) return is_empty_list(answer.body);
  return answer.status == 500 && answer.content_type.find("html") != std::string::npos;
}

Error unsettled(GiteaRepo& repo, const std::string& url) {
  Error error = repo.unsettled(url, say("the hub lists this file but has not finished processing its push"));
  error.unanswered = true;
  return error;
}

/// Returns the Error for a refused `contents` request. A 404 does not mean that the repo is missing, since the listing
/// contains the file.
Error refusal(GiteaRepo& repo, const std::string& url, const http::Answer& answer) {
  if (is_unsettled(answer)) return unsettled(repo, url);
  Error error = repo.refusal(url, answer);
  if (answer.status == 404) {
    error = repo.failure(url, say("the hub lists this file but does not find it"),
                         say("try again: the repo may have changed meanwhile"));
  }
  return error;
}

Result<Contents> contents_of(GiteaRepo& repo, const ListedFile& file, const std::string& url,
                             const http::Answer& answer) {
  if (!is_success(answer) || is_unsettled(answer)) return refusal(repo, url, answer);
  auto contents = TRY(repo.read_one(url, answer, read_contents));
  if (contents.path == file.path.str()) return contents;
  return repo.failure(url, say("returned another file: {}", in_quotes(contents.path.substr(0, 200))), "");
}

/// Compares files with the listing, and records which kinds of files were compared and whether all agreed.
class Check {
 public:
  explicit Check(Sifted& listed)
      : listed_(listed),
        agreed_(std::ranges::all_of(listed.files, [](const ListedFile& file) { return file.sha.has_value(); })) {}

  void take(ListedFile& file, const std::string& body) {
    (may_be_lfs(file) ? lfs_seen_ : plain_seen_) = true;
    const auto contents = read_contents(body);
    if (!contents || !agrees(file, *contents)) {
      agreed_ = false;
      return;
    }
    file.lfs_size = real_size(file, *contents);
    file.last_commit_sha = contents->last_commit_sha;
  }

  /// Ignores the answer if the listing does not contain the file, or contains it as a symlink.
  void take(const FileAnswer& guess) {
    const auto file = std::ranges::lower_bound(listed_.files, guess.path, {}, &ListedFile::path);
    const bool is_listed = file != listed_.files.end() && file->path == guess.path && !file->is_symlink;
    if (is_listed && guess.answer && is_success(*guess.answer)) take(*file, guess.answer->body);
  }

  /// Chooses the files to request: first the kinds that were not compared yet, then files whose sizes are needed.
  std::vector<std::size_t> choose(const Local& local, std::uint64_t most) const {
    if (!lfs_seen_ && !plain_seen_) most = std::max<std::uint64_t>(most, 1);
    std::vector<std::size_t> chosen;
    if (const auto plain = choose_plain(listed_.files); plain && !plain_seen_ && most > 0) chosen.push_back(*plain);
    for (const std::size_t index : choose_lfs(listed_.files, local, most - chosen.size())) {
      if (!lfs_seen_ || !local.has(listed_.files[index].path)) chosen.push_back(index);
    }
    return chosen;
  }

  bool agreed() const { return agreed_; }

 private:
  Sifted& listed_;
  bool lfs_seen_ = false, plain_seen_ = false, agreed_ = true;
};

}  // namespace

Result<bool> agrees_with_contents(GiteaRepo& repo, Sifted& listed, const Local& local,
                                  const std::vector<FileAnswer>& known, std::uint64_t questions) {
  Check check(listed);
  for (const FileAnswer& guess : known) {
    if (guess.answer && is_unsettled(*guess.answer)) return unsettled(repo, repo.contents_url(guess.path.str()));
    check.take(guess);
  }
  const auto asked = check.choose(local, questions - std::min(questions, repo.requests_made()));
  std::vector<std::string> urls;
  urls.reserve(asked.size());
  for (const std::size_t index : asked) urls.push_back(repo.contents_url(listed.files[index].path.str()));
  TRY(repo.get_all(urls, [&](std::size_t index, Result<http::Answer> answer) -> Result<void> {
    if (!answer) return std::move(answer).error();
    if (!is_success(*answer) || is_unsettled(*answer)) return refusal(repo, urls[index], *answer);
    check.take(listed.files[asked[index]], answer->body);
    return {};
  }));
  return check.agreed();
}

Result<void> ask_contents_for_all(GiteaRepo& repo, Sifted& listed) {
  const auto urls = urls_of(repo, listed.files);
  return repo.get_all(urls, [&](std::size_t index, Result<http::Answer> answer) -> Result<void> {
    if (!answer) return std::move(answer).error();
    ListedFile& file = listed.files[index];
    const auto contents = TRY(contents_of(repo, file, urls[index], *answer));
    file.lfs_size = real_size(file, contents);
    file.sha = contents.sha;
    file.size = contents.size;
    file.last_commit_sha = contents.last_commit_sha;
    return {};
  });
}

}  // namespace hubcache::hub
