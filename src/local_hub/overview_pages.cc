#include <algorithm>
#include <charconv>

#include "base/language.h"
#include "base/text.h"
#include "hub/repo_file.h"
#include "local_hub/dialect_services.h"
#include "local_hub/overview.h"
#include "published/repo_name.h"
#include "server/request_target.h"

namespace hubcache::local_hub {
namespace {

std::size_t first_file(const std::string& asked) {
  std::size_t number = 0;
  const auto [end, failure] = std::from_chars(asked.data(), asked.data() + asked.size(), number);
  return failure == std::errc() && end == asked.data() + asked.size() ? number : 0;
}

std::size_t count_of(const hub::CatalogRepo& repo) {
  return repo.published ? repo.published->files->count() : repo.files.size();
}

std::uint64_t bytes_of(const hub::CatalogRepo& repo) {
  std::uint64_t bytes = 0;
  for (const hub::CatalogFile& file : repo.files) bytes += file.size;
  for (std::size_t i = 0; repo.published && i < count_of(repo); ++i) bytes += repo.published->files->at(i).size;
  return bytes;
}

server::Answer no_such_repo(const std::string& name) {
  const std::string title = hubcache::say("The hub does not serve {}.", printable(name));
  const Html body = element("p", element("a", {{"href", "?"}}, text(hubcache::say("All repos of this hub"))));
  return page_answer(404, title, body + element("h1", text(title)), false);
}

}  // namespace

RepoRow LocalHub::Overview::row_of(const hub::CatalogRepo& repo, std::size_t revision) const {
  const hub::CatalogRevision& known = repo.revisions[revision];
  RepoRow row{.name = published::name_of({repo.hub, repo.type, repo.id}),
              .type = repo.type,
              .revision = known.name,
              .commit = known.version,
              .files = count_of(repo),
              .bytes = bytes_of(repo),
              .state = {},
              .source = hubcache::say("adopted on this machine")};
  if (!repo.not_adopted.empty())
    row.state = hubcache::say("lacks {} of the hub", counted(repo.not_adopted.size(), "file"));
  if (repo.published) row.source = printable(hub_.stores_->all()[repo.published->store]->name());
  return row;
}

RepoRow LocalHub::Overview::row_of(const PublishedList::Entry& entry, const PublishedList::OfStore& store) const {
  RepoRow row{.name = published::name_of(entry.repo),
              .type = entry.repo.type,
              .revision = entry.revision,
              .commit = {},
              .state = entry.problem,
              .source = printable(hub_.stores_->all()[entry.store]->name())};
  if (!store.problem.empty()) row.state = hubcache::say("the store does not answer");
  if (!entry.ref) return row;
  row.commit = entry.ref->commit;
  row.files = entry.ref->files;
  row.bytes = entry.ref->bytes;
  row.published_by = entry.ref->published_by;
  row.time = entry.ref->time;
  return row;
}

void LocalHub::Overview::show_all(const std::shared_ptr<server::Exchange>& exchange) {
  if (!published_) return exchange->answer(front(nullptr));
  published_->get([this, exchange](const Published& published) { exchange->answer(front(published)); });
}

server::Answer LocalHub::Overview::front(const Published& published) const {
  FrontPage page{.root = hub_.root(), .environment = environment_command(), .rows = {}, .notes = {}};
  for (const hub::CatalogRepo& repo : hub_.catalog_.repos()) {
    for (std::size_t i = 0; i < repo.revisions.size(); ++i) page.rows.push_back(row_of(repo, i));
  }
  for (const PublishedList::OfStore& store : published ? *published : PublishedList::All()) {
    if (!store.problem.empty()) page.notes.push_back(store.problem);
    if (store.left_out > 0)
      page.notes.push_back(hubcache::say("The table omits {}.", counted(store.left_out, "revision")));
    for (const PublishedList::Entry& entry : store.entries) page.rows.push_back(row_of(entry, store));
  }
  return page_answer(200, hubcache::say("hubcache at {}", page.root), front_page(page, figures_, state()), true);
}

void LocalHub::Overview::show_repo(const std::shared_ptr<server::Exchange>& exchange) {
  const server::RequestTarget target = server::split_target(exchange->request().target);
  const std::string name = target.asked("repo"), revision = target.asked("revision");
  const std::size_t first = first_file(target.asked("from"));
  const auto type = parse_repo_type(target.asked("type").empty() ? "model" : target.asked("type"));
  const auto named = type ? published::parse_repo(name, *type) : type.error();
  const DialectServices* services = named ? services_of(*named->hub) : nullptr;
  if (!services) return exchange->answer(no_such_repo(name));
  const auto* adopted = hub_.catalog_.find(*named->hub, named->id.owner(), named->id.name(), named->type);
  if (adopted || !hub_.stores_) return exchange->answer(adopted ? repo(*adopted, revision, first) : no_such_repo(name));
  hub::AskedRepo asked{named->id.owner(), named->id.name(), named->type};
  if (!revision.empty()) asked.revisions.push_back(revision);
  const auto answer = [this, exchange, name, revision, first](const Result<PublishedRepos::Found>& found) {
    if (!found) {
      const std::string title = hubcache::say("The store does not answer.");
      return exchange->answer(
          page_answer(503, title, element("h1", text(title)) + element("p", text(found.error().message)), false));
    }
    exchange->answer(*found ? repo(**found, revision, first) : no_such_repo(name));
  };
  hub_.stores_->repos().find(*named->hub, services->dialect(), asked, answer);
}

server::Answer LocalHub::Overview::repo(const hub::CatalogRepo& repo, const std::string& revision,
                                        std::size_t first) const {
  const std::string& name = revision.empty() ? repo.default_revision() : revision;
  const auto number = repo.revision(name);
  if (!number) return no_such_repo(published::name_of({repo.hub, repo.type, repo.id}) + " @ " + name);
  RepoPage page{.row = row_of(repo, *number), .environment = environment_command(), .program = {}, .files = {}};
  const std::string program = services_of(*repo.hub)->dialect().download_program(repo.type, repo.id, page.row.revision);
  if (!program.empty()) page.program = "python -c " + shell_word(program);
  page.all = count_of(repo);
  page.first = std::min(first, page.all);
  for (std::size_t i = page.first; i < std::min(page.first + RepoPage::most, page.all); ++i)
    page.files.push_back(file_of(repo, i));
  return page_answer(200, page.row.name, repo_page(page), false);
}

RepoPage::File LocalHub::Overview::file_of(const hub::CatalogRepo& repo, std::size_t number) const {
  if (repo.published) {
    const hub::PackedFile file = repo.published->files->at(number);
    return {std::string(file.path), file.size, std::string(file.sha256.id().str())};
  }
  const hub::CatalogFile& file = repo.files[number];
  const auto seen = hub::look_at(repo, file);
  if (!seen) return {file.path.str(), file.size, ""};
  return {file.path.str(), seen->state.stamp.size, hub_.digests_.known(seen->state)};
}

}  // namespace hubcache::local_hub
