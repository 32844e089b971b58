#include "local_hub/local_hub.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include <fmt/compile.h>
#include <fmt/format.h>

#include "adoption/absence_notes.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "http/client.h"
#include "http/url.h"
#include "hub/repo_file.h"
#include "hubs/registry.h"
#include "local_hub/dialect_services.h"
#include "local_hub/gather_catalog.h"
#include "local_hub/overview.h"
#include "local_hub/topic.h"
#include "local_hub/upstreams.h"

namespace hubcache::local_hub {
namespace {

constexpr std::size_t most_lines = 10'000;  // lines that are remembered so that they are not repeated

std::vector<std::filesystem::path> files_of(const hub::Catalog& catalog) {
  std::vector<std::filesystem::path> files;
  for (const hub::CatalogRepo& repo : catalog.repos()) {
    for (const hub::CatalogFile& file : repo.files) {
      if (auto seen = hub::look_at(repo, file)) files.emplace_back(std::move(seen->name));
    }
  }
  return files;
}

/// Clients get English. The hub's own messages have the error in the user's language.
server::Answer store_failed(const Error& error) {
  const std::string why =
      is_translating() ? "the store cannot be used: see the messages of the hub" : printable(error.message);
  return {503, "Content-Type: text/plain; charset=utf-8\r\nRetry-After: 5\r\n", why + "\n"};
}

std::string this_host() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

}  // namespace

Result<std::unique_ptr<LocalHub>> LocalHub::make(boost::asio::io_context& io, const Environment& environment,
                                                 const LocalHubOptions& options, const SharedHubOptions& shared) {
  if (options.upstream && !http::parse_url(*options.upstream)) {
    return Error{ErrorCode::usage,
                 hubcache::say("not an http or https URL: '{}'", http::for_message(*options.upstream)),
                 hubcache::say("check --upstream")};
  }
  if (options.upstream && options.offline)
    return Error{ErrorCode::usage, hubcache::say("--upstream conflicts with --offline"),
                 hubcache::say("omit one of them")};
  const auto tell = [&](const std::string& line) {
    if (options.tell) options.tell(line);
  };
  auto hub = std::unique_ptr<LocalHub>(new LocalHub(io, environment, options, shared));
  TRY(hub->share());
  if (hub->serves_adoptions()) {
    // Done before the first request, because requests change nothing on the disk.
    adoption::show_hidden_files(environment, record::trust_of(options.trust_owner), tell);
    hub->catalog_ = TRY(gather_catalog(environment, options));
  }
  for (const hub::Hub* one : hubs::all()) {
    std::string upstream = TRY(upstream_of(*one, environment, options.upstream));
    hub->services_.push_back(std::make_unique<DialectServices>(*hub, *one, std::move(upstream)));
  }
  // The dialect without a prefix comes last: it takes the requests that no other dialect takes.
  std::ranges::stable_partition(hub->services_, [](const auto& services) { return services->has_prefix(); });
  if (hub->needs_digests()) hub->digests_.compute_all(files_of(hub->catalog_), options.progress);
  return hub;
}

LocalHub::LocalHub(boost::asio::io_context& io, const Environment& environment, const LocalHubOptions& options,
                   SharedHubOptions shared)
    : io_(io),
      environment_(environment),
      options_(options),
      shared_(std::move(shared)),
      egress_(egress_of(options)),
      digests_(environment),
      way_(io, environment),
      proxy_(egress_, hub_hosts(environment, options.upstream), way_, [this](const std::string& line) { say(line); }),
      access_(options.allow_other_users, shared_.no_token),
      server_(io, [this](const std::shared_ptr<server::Exchange>& exchange) { handle(exchange); }) {}

/// The jobs in `aside_` and of the stores use members of this object: it waits for them, but makes them give up on a
/// hub or a store that does not answer.
LocalHub::~LocalHub() {
  const http::CancelAllRequests cancels;
  if (stores_) stores_->stop();
  aside_.reset();
}

Result<void> LocalHub::share() {
  stores_ = TRY(SharedStores::open(io_, environment_, shared_, [this](const std::string& line) { say(line); }));
  if (!shared_.public_url.empty() && TRY(http::parse_url(shared_.public_url)).has_user) {
    return Error{ErrorCode::usage, hubcache::say("the address of --public-url contains a user name"),
                 hubcache::say("name it without user and password: people see it on the hub's page")};
  }
  if (shared_.token_file) TRY(access_.read_tokens(environment_.working_folder / *shared_.token_file));
  // A token is for this hub, not for the one that gets other requests.
  way_.passes_credentials = !access_.tokens();
  return {};
}

bool LocalHub::serves_adoptions() const {
  return shared_.from.empty() || std::ranges::any_of(shared_.from, means_adoptions);
}

Result<void> LocalHub::add_overview() {
  overview_ = std::make_unique<Overview>(*this);
  if (shared_.access_log) TRY(overview_->write_log(environment_.working_folder, *shared_.access_log));
  server_.observe(*overview_);
  return {};
}

void LocalHub::reload() {
  const auto tell = [this](const std::string& line) {
    if (options_.tell) options_.tell(line);
  };
  if (shared_.token_file) {
    const auto read = access_.read_tokens(environment_.working_folder / *shared_.token_file);
    if (!read) tell(hubcache::say("the tokens stay as they were: {}", read.error().message));
  }
  if (!overview_) return;
  if (const auto opened = overview_->reopen_log(); !opened) tell(opened.error().message);
}

Result<void> LocalHub::listen(const ListenAddress& address) {
  TRY(access_.open(address.ip));
  TRY(server_.listen(address.ip, address.port));
  listens_at(address.ip);
  return {};
}

Result<void> LocalHub::listen(server::PassedSocket passed) {
  const auto ip = passed.ip;
  TRY(access_.open(ip));
  TRY(server_.listen(std::move(passed)));
  listens_at(ip);
  return {};
}

void LocalHub::listens_at(const boost::asio::ip::address& ip) {
  address_ = {ip, server_.port()};
  if (stores_) stores_->are_answering();  // asks for the first time
}

std::string LocalHub::root() const {
  std::string url = shared_.public_url.empty() ? address() : shared_.public_url;
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string LocalHub::address() const {
  if (address_.ip == boost::asio::ip::address_v4::loopback())
    return fmt::format(FMT_COMPILE("http://127.0.0.1:{}"), server_.port());
  const std::string ip = address_.ip.is_unspecified() ? this_host() : address_.ip.to_string();
  return fmt::format("http://{}:{}", address_.ip.is_v6() && !address_.ip.is_unspecified() ? "[" + ip + "]" : ip,
                     server_.port());
}

std::vector<server::Front> LocalHub::possible_fronts() const {
  std::vector<server::Front> fronts;
  for (const auto& services : services_) {
    const auto is_of_hub = [&](const hub::CatalogRepo& repo) { return repo.hub == &services->real(); };
    if (std::ranges::none_of(catalog_.repos(), is_of_hub)) continue;
    for (const std::string& site : services->fixed_sites()) {
      const auto url = http::parse_url(site);
      if (url && server::is_host_name(url->host)) fronts.push_back({site, url->host, url->port, services->prefix()});
    }
  }
  return fronts;
}

Result<std::string> LocalHub::answer_fronts(const std::vector<server::Front>& fronts) {
  using Socket = boost::asio::ip::tcp::socket;
  auto made = TRY(server::Fronts::make(
      fronts, [this](Socket plain, std::shared_ptr<server::Exchange> tls, std::shared_ptr<const server::Front> front) {
        server_.serve_plain(std::move(plain), std::move(tls), std::move(front));
      }));
  std::string authority = made->authority();
  proxy_.answer_fronts(std::move(made));
  return authority;
}

void LocalHub::say(const std::string& line) {
  if (!options_.tell || said_.size() >= most_lines || !said_.insert(line).second) return;
  options_.tell(line);
}

/// A client of another machine needs a token, and cannot use the hub as its proxy.
bool LocalHub::refuse(const std::shared_ptr<server::Exchange>& exchange, bool is_for_people) {
  const server::Request& request = exchange->request();
  if (access_.refuses(exchange, is_for_people, [this](const std::string& line) { say(line); })) return true;
  const bool is_for_itself = !exchange->front(), is_for_proxy = server::ForwardProxy::is_for_proxy(request);
  if (is_for_itself && is_for_proxy && !access_.is_shared()) return proxy_.handle(exchange), true;
  if (is_for_proxy || !request.target.starts_with('/')) return exchange->answer({400, "", ""}), true;
  if (is_for_itself && !access_.has_right_host(request)) return exchange->answer({421, "", ""}), true;
  return false;
}

/// Looks for a published repo, unless the machine's own adoptions have it.
void LocalHub::ask_stores(DialectServices& services, const std::shared_ptr<server::Exchange>& exchange) {
  const auto asked = stores_ || overview_ ? services.dialect().asked_repo(exchange->request()) : std::nullopt;
  if (!asked) return services.handle(exchange);
  const hub::CatalogRepo* adopted = catalog_.find(services.real(), asked->owner, asked->name, asked->type);
  if (adopted) exchange->set_topic(topic_of(*adopted));
  if (adopted || !stores_) return services.handle(exchange);
  const auto answer = [&services, exchange](const Result<PublishedRepos::Found>& found) {
    if (!found) return exchange->answer(store_failed(found.error()));
    if (*found) exchange->set_topic(topic_of(**found));
    exchange->hold(*found);
    services.handle(exchange);
  };
  stores_->repos().find(services.real(), services.dialect(), *asked, answer);
}

void LocalHub::handle(const std::shared_ptr<server::Exchange>& exchange) {
  const server::Request& request = exchange->request();
  const bool is_for_itself = !exchange->front();
  const bool is_health = request.target == "/healthz", is_readiness = overview_ && request.target == "/readyz";
  if (is_for_itself && (is_health || is_readiness)) {
    if (Overview::refuses_to_write(exchange)) return;
    if (is_readiness) return overview_->answer_readiness(exchange);
    return exchange->answer({200, "Content-Type: text/plain\r\n", "ok\n"});
  }
  const bool is_for_people = is_for_itself && overview_ && Overview::takes(request.target);
  if (refuse(exchange, is_for_people)) return;
  if (is_for_people) return overview_->handle(exchange);
  if (is_for_itself && request.target == "/.hubcache") return describe_itself(exchange);
  const auto takes = [&](const auto& services) { return services->takes(request.target); };
  const auto services = std::ranges::find_if(services_, takes);
  if (services == services_.end()) return exchange->answer({404, "", ""});
  ask_stores(**services, exchange);
}

bool LocalHub::needs_digests() const {
  return std::ranges::any_of(services_, [](const auto& services) { return services->needs_digests(); });
}

void LocalHub::describe_itself(const std::shared_ptr<server::Exchange>& exchange) const {
  exchange->answer({200, "Content-Type: application/json\r\n",
                    fmt::format("{{\"schema\":1,\"offline\":{},\"deny_all\":{},\"hash_validation\":{}}}\n",
                                egress_ != server::Egress::free, egress_ == server::Egress::nothing, needs_digests())});
}

}  // namespace hubcache::local_hub
