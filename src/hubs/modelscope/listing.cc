#include "hubs/modelscope/listing.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/digest.h"
#include "http/client.h"
#include "hub/limits.h"
#include "hub/sift.h"
#include "hubs/modelscope/answer.h"
#include "hubs/modelscope/endpoint.h"
#include "hubs/modelscope/hub.h"
#include "hubs/modelscope/names.h"
#include "hubs/modelscope/repo.h"

namespace hubcache::hub {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t at_once = 16;           ///< requests
constexpr std::size_t longest_answer = 3000;  ///< entries; the hub leaves out what exceeds this number

struct Files {
  std::vector<Entry> entries;
  std::vector<LeftOut> left_out;
};

Error too_long(const ModelScopeRepo& repo, const std::string& url) {
  return repo.failure(url, say("the listing is longer than {}", counted(max_entries, "name")),
                      std::string(translated(too_large_hint)));
}

Result<void> check_time(const ModelScopeRepo& repo, const std::string& url, Clock::time_point last_request) {
  if (Clock::now() <= last_request) return {};
  return repo.failure(url, say("the hub takes too long to list the repo"), "");
}

/// Lists the folder again without the files below its folders, then each of these by itself.
class Walk {
 public:
  Walk(ModelScopeRepo& repo, Clock::time_point last_request) : repo_(repo), last_request_(last_request) {}

  /// Requests everything below `folder`.
  Result<void> add_whole(const std::string& folder) { return add(folder, TRY(read(repo_.files_url(folder, true)))); }
  /// `whole`: the answer about everything below `folder`.
  Result<void> add(const std::string& folder, std::vector<Entry> whole) {
    received_ += whole.size();
    if (received_ > max_entries) return too_long(repo_, repo_.files_url(folder, true));
    if (whole.size() < longest_answer) {
      std::ranges::move(whole, std::back_inserter(files_.entries));
      return {};
    }
    whole = {};
    const std::string url = repo_.files_url(folder, false);
    TRY(check_time(repo_, url, last_request_));
    auto direct = TRY(read(url));
    if (direct.size() >= longest_answer)
      files_.left_out.push_back(
          {printable(folder.empty() ? "." : folder),
           say("the hub lists only the first {} entries of this folder", std::to_string(longest_answer))});
    std::vector<std::string> folders;
    for (Entry& entry : direct) {
      const bool is_beneath = folder.empty() || entry.path.starts_with(folder + "/");
      if (!is_beneath) return repo_.failure(url, say("the hub lists a file outside the requested folder"), "");
      if (entry.kind == Entry::Kind::folder) folders.push_back(entry.path);
      else files_.entries.push_back(std::move(entry));
    }
    received_ += direct.size();
    if (received_ > max_entries) return too_long(repo_, url);
    return add_all(folders);
  }

  Files files() && { return std::move(files_); }

 private:
  Result<std::vector<Entry>> read(const std::string& url) {
    const auto answer = TRY(repo_.get(url));
    return repo_.read_one(url, answer, read_modelscope_files);
  }

  /// Requests a few folders at a time, so that few answers are in memory.
  Result<void> add_all(std::span<const std::string> folders) {
    for (; folders.size() > at_once; folders = folders.subspan(at_once)) TRY(add_some(folders.first(at_once)));
    return add_some(folders);
  }

  Result<void> add_some(std::span<const std::string> folders) {
    std::vector<std::string> urls;
    urls.reserve(folders.size());
    for (const std::string& folder : folders) urls.push_back(repo_.files_url(folder, true));
    std::vector<std::vector<Entry>> answers(urls.size());
    TRY(repo_.read_all<std::vector<Entry>>(urls, read_modelscope_files,
                                           [&](std::size_t at, Result<std::vector<Entry>> entries) -> Result<void> {
                                             answers[at] = TRY(std::move(entries));
                                             return {};
                                           }));
    for (std::size_t i = 0; i < folders.size(); ++i) TRY(add(folders[i], std::move(answers[i])));
    return {};
  }

  ModelScopeRepo& repo_;
  Clock::time_point last_request_;
  Files files_;
  std::size_t received_ = 0;  ///< entries in all answers, with folders
};

struct Model {
  std::vector<Entry> entries;
  std::optional<ModelScopeRevisions> revisions;  ///< nullopt: the hub did not send them
};

/// Requests the listing and the revisions at the same time.
Result<Model> ask_about_model(ModelScopeRepo& repo) {
  const std::string urls[] = {repo.files_url("", true), repo.revisions_url()};
  Model model;
  TRY(repo.get_all(urls, [&](std::size_t index, Result<http::Answer> answer) -> Result<void> {
    if (index == 0) {
      model.entries = TRY(repo.read_one(urls[0], TRY(std::move(answer)), read_modelscope_files));
    } else if (answer) {
      if (auto revisions = repo.read_one(urls[1], *answer, read_modelscope_revisions))
        model.revisions = *std::move(revisions);
    }
    return {};
  }));
  return model;
}

Result<Files> list_dataset(ModelScopeRepo& repo, Clock::time_point last_request) {
  Files files;
  for (std::uint64_t page = 1;; ++page) {
    const std::string url = repo.tree_url(page);
    TRY(check_time(repo, url, last_request));
    const auto answer = TRY(repo.get(url));
    auto entries = TRY(repo.read_one(url, answer, read_modelscope_files));
    const bool is_last = entries.size() < ModelScopeRepo::page_size;
    const bool is_again = page > 1 && !entries.empty() && entries.front().path == files.entries.front().path;
    if (is_again) return repo.failure(url, say("the hub sends the first page of the listing again"), "");
    std::ranges::move(entries, std::back_inserter(files.entries));
    if (is_last) return files;
    if (page == max_pages || files.entries.size() > max_entries) return too_long(repo, url);
  }
}

/// Returns an id that changes with every file: the hub sends none for the state of the repo.
std::string version_of(const std::vector<RemoteFile>& files) {
  std::string text;
  for (const RemoteFile& file : files) text += file.path.str() + '\0' + std::string(file.last_change->str()) + '\n';
  return std::string(digest::sha1(text).id().str());
}

RemoteFile to_file(ListedFile file, bool is_model) {
  const bool is_checkable = file.lfs_sha256.has_value();
  RemoteFile remote{std::move(file.path), file.lfs_sha256.value_or(unknown_id()), file.size, {}, {}};
  remote.last_change = file.sha;
  remote.is_listed = !(is_model && is_dropped_from_models(remote.path.str()));
  if (!remote.is_listed) remote.single_file_raises = Reason::not_listed;
  if (!is_checkable) remote.snapshot_raises = remote.single_file_raises = Reason::no_digest;
  return remote;
}

RemoteTree to_tree(Sifted sifted, bool is_model) {
  RemoteTree tree;
  tree.left_out = std::move(sifted.left_out);
  tree.files.reserve(sifted.files.size());
  for (ListedFile& file : sifted.files) tree.files.push_back(to_file(std::move(file), is_model));
  tree.version = version_of(tree.files);
  return tree;
}

/// Models HubApi.get_valid_revision_detail (1.25.0, 1.37.1): the clients before 1.38 refuse commits.
std::string why_refused(const ModelScopeRevisions& revisions, const std::string& revision) {
  const bool is_known = std::ranges::find(revisions.branches, revision) != revisions.branches.end() ||
                        std::ranges::find(revisions.tags, revision) != revisions.tags.end();
  if (is_known) return "";
  return say("before 1.38 it accepts only branches and tags, and {} is neither; adopt a branch or a tag",
             in_quotes(revision));
}

/// Models HubApi.get_valid_revision_detail, and _resolve_revision of modelscope_hub 0.5.1.
std::string note_on_tags(const ModelScopeRevisions& revisions, const std::string& revision) {
  if (revisions.tags.empty() || revision != modelscope_hub.default_revision) return "";
  return say(
      "the repo has tags, and a program that names no revision may request the newest one, {}, instead of master "
      "(modelscope before 1.33, and model_file_download since 1.38); to serve it, adopt that revision, too, or use "
      "hubcache run",
      in_quotes(revisions.tags.front()));
}

http::Client client_for(const Endpoint& endpoint, http::Connections& connections, const Environment& environment,
                        const http::Limits& limits) {
  return {connections,   environment, endpoint.host, endpoint.token, limits, "Bearer", http::ProxyRules::requests,
          "m_session_id"};
}

Result<Listing> to_listing(Files files, const RepoRef& repo, std::uint64_t requests) {
  auto sifted = TRY(sift(std::move(files.entries), modelscope_names, repo.id));
  std::ranges::move(files.left_out, std::back_inserter(sifted.left_out));
  return Listing{to_tree(std::move(sifted), repo.type == RepoType::model), requests};
}

/// Lists the repo, and says what clients do with its revision and its tags.
Result<Listing> list_with_revisions(const Endpoint& endpoint, http::Connections& connections,
                                    const Environment& environment, const RepoRef& repo) {
  if (repo.type == RepoType::dataset) return list_modelscope_at(endpoint, connections, environment, {}, repo);
  auto client = client_for(endpoint, connections, environment, {});
  ModelScopeRepo asked(client, endpoint, repo);
  Model model = TRY(ask_about_model(asked));
  Walk walk(asked, ListingLimits().last_request);
  TRY(walk.add("", std::move(model.entries)));
  auto listing = TRY(to_listing(std::move(walk).files(), repo, client.requests_made()));
  if (!model.revisions) return listing;
  listing.tree.snapshot_raises = why_refused(*model.revisions, repo.revision.str());
  listing.tree.remark = note_on_tags(*model.revisions, repo.revision.str());
  return listing;
}

}  // namespace

Result<Listing> list_modelscope(http::Connections& connections, const Environment& environment, const RepoRef& repo) {
  Endpoint endpoint = TRY(modelscope_endpoint(environment));
  auto listing = list_with_revisions(endpoint, connections, environment, repo);
  const std::string second = second_site(environment);
  if (listing || !listing.error().refused || second.empty()) return listing;
  endpoint.host = second;
  auto other = list_with_revisions(endpoint, connections, environment, repo);
  return other ? std::move(other) : std::move(listing);
}

Result<Listing> list_modelscope_at(const Endpoint& endpoint, http::Connections& connections,
                                   const Environment& environment, const ListingLimits& limits, const RepoRef& repo) {
  auto client = client_for(endpoint, connections, environment, limits.request);
  ModelScopeRepo asked(client, endpoint, repo);
  Files files;
  if (repo.type == RepoType::model) {
    Walk walk(asked, limits.last_request);
    TRY(walk.add_whole(""));
    files = std::move(walk).files();
  } else {
    files = TRY(list_dataset(asked, limits.last_request));
  }
  return to_listing(std::move(files), repo, client.requests_made());
}

}  // namespace hubcache::hub
