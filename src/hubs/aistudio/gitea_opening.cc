#include "hubs/aistudio/gitea_opening.h"

#include <algorithm>

#include "base/try.h"

namespace hubcache::hub {
namespace {

constexpr std::size_t page_size = 1000;
constexpr std::size_t most_pages = 3;
constexpr std::uint64_t guessed_body_bytes = 256 << 10;  // bytes; `contents` embeds the file

bool is_object_id(const std::string& text) { return ObjectId::parse(text).has_value(); }

/// Sends the requests in `before` and `opening`. Returns the answers for `before`; stores the others in `opened`.
Result<std::vector<http::Answer>> ask(GiteaRepo& repo, const Opening& opening, std::vector<std::string> before,
                                      Opened& opened) {
  std::vector<std::string> urls = std::move(before);
  std::vector<http::Answer> others(urls.size());
  for (std::size_t page = 1; page <= opening.pages; ++page) urls.push_back(repo.tree_url(opened.revision, page));
  const std::size_t first_file = urls.size();
  for (const RelPath& file : opening.files) urls.push_back(repo.contents_url(file.str()));
  std::vector<std::uint64_t> bounds(urls.size(), http::no_bound);
  std::fill(bounds.begin() + static_cast<std::ptrdiff_t>(first_file), bounds.end(), guessed_body_bytes);
  std::vector<Result<http::Answer>> answers(urls.size(), http::Answer{});
  TRY(repo.get_all(
      urls,
      [&](std::size_t index, Result<http::Answer> answer) -> Result<void> {
        const bool is_vital = index <= others.size();  // the first page too: without it the listing fails
        if (is_vital && !answer) return std::move(answer).error();
        answers[index] = std::move(answer);
        return {};
      },
      bounds));
  for (std::size_t i = 0; i < others.size(); ++i) others[i] = *std::move(answers[i]);
  for (std::size_t i = others.size(); i < first_file; ++i) opened.pages.push_back(std::move(answers[i]));
  for (std::size_t i = first_file; i < urls.size(); ++i)
    opened.files.push_back({opening.files[i - first_file], std::move(answers[i])});
  return others;
}

/// Parses an optional answer; nullopt if the request failed. AI Studio's hub may lack parts of Gitea's API.
template <class Value>
std::optional<Value> value_in(const http::Answer& answer, Result<Value> (*read)(const std::string&)) {
  if (!is_success(answer)) return std::nullopt;
  auto value = read(answer.body);
  return value ? std::optional(*std::move(value)) : std::nullopt;
}

}  // namespace

Opening choose_opening(const Local& local) {
  Opening opening;
  opening.pages = std::clamp<std::size_t>((local.names + page_size - 1) / page_size, 1, most_pages);
  for (const auto& file : {local.plain, local.lfs}) {
    if (file) opening.files.push_back(*file);
  }
  return opening;
}

bool may_be_tag(const Revision& revision) { return revision.str() != "master" && !is_object_id(revision.str()); }

Result<Opened> open_listing(GiteaRepo& repo, const Local& local) {
  const Revision& name = repo.repo().revision;
  const std::string tag_url = repo.tag_url();
  Opening opening = choose_opening(local);
  Opened opened{name.str(), {}, {}};
  std::vector<std::string> before = {tag_url};
  if (!is_object_id(name.str())) before.push_back(repo.about_url());
  const auto answers = TRY(ask(repo, may_be_tag(name) ? Opening{} : opening, before, opened));
  if (answers.size() > 1) opened.about = value_in(answers[1], read_about);
  const http::Answer& tag = answers.front();
  if (!is_success(tag)) return opened;
  opened.is_tag = true;
  opened.revision = TRY(repo.read_one(tag_url, tag, read_commit_of_tag));
  opened.pages.clear();
  if (!opened.files.empty()) opening.files.clear();  // their `contents`, by the tag's name, are already there
  const auto branch = TRY(ask(repo, opening, {repo.branch_url()}, opened));
  opened.branch_commit = value_in(branch.front(), read_commit_of_branch);
  return opened;
}

}  // namespace hubcache::hub
