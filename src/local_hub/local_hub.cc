#include "local_hub/local_hub.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include <fmt/compile.h>
#include <fmt/format.h>
#include <boost/asio/post.hpp>

#include "adoption/absence_notes.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "http/client.h"
#include "http/url.h"
#include "hub/repo_file.h"
#include "hub/upstream.h"
#include "hubs/registry.h"
#include "local_hub/gather_catalog.h"
#include "server/admission.h"

namespace hubcache::local_hub {
namespace {

constexpr std::string_view adoptions_name = "adopted";  // in SharedHubOptions::from
constexpr std::size_t most_lines = 10'000;              // lines that are remembered so that they are not repeated

server::Egress egress_of(const LocalHubOptions& options) {
  if (options.deny_all) return server::Egress::nothing;
  return options.offline ? server::Egress::no_hubs : server::Egress::free;
}

/// Returns true if the Host header names this machine or is missing. A web page may make its own host name resolve to
/// 127.0.0.1; requests of its browser carry that name.
bool is_for_this_machine(std::string_view host) {
  const auto colon = host.starts_with('[') ? host.find("]:") : host.rfind(':');
  const auto name = host.substr(0, colon == host.npos ? host.npos : colon + (host.starts_with('[') ? 1 : 0));
  return name == "127.0.0.1" || name == "localhost" || name == "[::1]" || name.empty();
}

std::vector<std::filesystem::path> files_of(const hub::Catalog& catalog) {
  std::vector<std::filesystem::path> files;
  for (const hub::CatalogRepo& repo : catalog.repos()) {
    for (const hub::CatalogFile& file : repo.files) {
      if (auto seen = hub::look_at(repo, file)) files.emplace_back(std::move(seen->name));
    }
  }
  return files;
}

std::string host_of(const std::string& address) {
  const auto url = http::parse_url(address);
  return url ? url->host : "";
}

/// Returns the address that other requests go to. `named`: the user's --upstream, for the hub of ids without a prefix.
Result<std::string> upstream_of(const hub::Hub& hub, const Environment& environment,
                                const std::optional<std::string>& named) {
  if (named && &hub == hubs::all().front()) return *named;
  return hub.named_address(environment);
}

/// Returns the host names of the known hubs and of the hubs that the environment names.
server::HostNames hub_hosts(const Environment& environment, const std::optional<std::string>& named) {
  server::HostNames hosts{hubs::known_hosts(), {}};
  for (const hub::Hub* hub : hubs::all())
    hosts.own.push_back(host_of(upstream_of(*hub, environment, named).value_or("")));
  std::erase(hosts.own, "");
  return hosts;
}

}  // namespace

namespace {

server::Answer no_token() {
  constexpr const char* why = "this hub needs a token";
  return {401, fmt::format("WWW-Authenticate: Bearer\r\nContent-Type: text/plain\r\nX-Error-Message: {}\r\n", why),
          std::string(why) + "\n"};
}

/// Clients get English. The hub's own messages have the error in the user's language.
server::Answer store_failed(const Error& error) {
  const std::string why =
      is_translating() ? "the store cannot be used: see the messages of the hub" : printable(error.message);
  return {503, "Content-Type: text/plain; charset=utf-8\r\nRetry-After: 5\r\n", why + "\n"};
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string this_host() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

/// Clears the variables that would stop the clients from asking the local hub, which itself asks no other hub.
void clear_offline_variables(const hub::Hub& hub, Environment environment, Variables& variables) {
  for (std::string name = hub.offline_variable(environment); !name.empty(); name = hub.offline_variable(environment)) {
    environment.variables.erase(name);
    variables.emplace_back(name, std::nullopt);
  }
}

}  // namespace

Variables hub_variables(const Environment& environment, const std::string& root, server::Egress egress,
                        const std::optional<std::string>& upstream) {
  Variables variables = proxy_variables(environment, root, egress, hub_hosts(environment, upstream));
  variables.emplace_back(hub::local_hub_variable, root);
  for (const hub::Hub* hub : hubs::all()) {
    const auto dialect = hub->dialect();
    if (auto named = upstream_of(*hub, environment, upstream))
      variables.emplace_back(hub->upstream_variable, *std::move(named));
    if (egress != server::Egress::free) clear_offline_variables(*hub, environment, variables);
    for (auto& variable : dialect->variables(root + std::string(dialect->prefix())))
      variables.emplace_back(std::move(variable));
  }
  return variables;
}

/// Provides the services for one dialect.
class LocalHub::Desk final : public hub::Services {
 public:
  Desk(LocalHub& hub, const hub::Hub& real, std::string upstream)
      : hub_(hub),
        real_(real),
        dialect_(real.dialect()),
        upstream_(std::move(upstream)),
        needs_digests_(dialect_->needs_digests(hub.environment_)) {
    while (upstream_.ends_with('/')) upstream_.pop_back();
  }

  bool has_prefix() const { return !dialect_->prefix().empty(); }
  bool takes(std::string_view target) const {
    const std::string_view prefix = dialect_->prefix();
    if (!target.starts_with(prefix)) return false;
    target.remove_prefix(prefix.size());
    return target.empty() || target.starts_with('/') || target.starts_with('?');
  }
  void handle(const std::shared_ptr<server::Exchange>& exchange) { dialect_->handle(exchange, *this); }
  const hub::Hub& real() const { return real_; }
  std::vector<std::string> fixed_sites() const { return dialect_->fixed_sites(hub_.environment_); }
  std::string prefix() const { return std::string(dialect_->prefix()); }

  const hub::Dialect& dialect() const { return *dialect_; }

  const hub::Catalog& catalog() const override { return hub_.catalog_; }
  const hub::CatalogRepo* find(const server::Exchange& exchange, const hub::Hub& hub, std::string_view owner,
                               std::string_view name, std::optional<RepoType> type) const override {
    // ask_stores() has found it.
    if (exchange.held()) return static_cast<const hub::CatalogRepo*>(exchange.held().get());
    return hub_.catalog_.find(hub, owner, name, type);
  }
  void send_stored(const std::shared_ptr<server::Exchange>& exchange, const hub::CatalogFile& file,
                   hub::StoredAnswer answer) override {
    hub_.contents_->send(exchange, file, answer);
  }
  hub::ServedDigests& digests() override { return hub_.digests_; }
  bool is_offline() const override { return hub_.egress_ != server::Egress::free; }
  bool needs_digests() const override { return needs_digests_; }
  void pass_through(const std::shared_ptr<server::Exchange>& exchange,
                    std::function<void(const std::string&)> unreachable) override {
    const auto target = exchange->request().target.substr(dialect_->prefix().size());
    const server::Front* front = exchange->front();
    const std::string& upstream = front ? front->site : upstream_;
    const std::string address = upstream + std::string(target);
    if (!leads_to(upstream, address)) return exchange->answer({400, "", ""});
    // A client of a front uses the real hub's addresses.
    const server::Mount mount = front ? server::Mount{} : server::Mount{upstream_, root()};
    server::relay(hub_.way_, exchange, address, mount, real_.proxy_rules, std::move(unreachable));
  }
  void do_aside(std::function<void()> job, std::function<void()> then) override {
    hub_.aside_->post([&io = hub_.io_, job = std::move(job), then = std::move(then)] {
      job();
      boost::asio::post(io, then);
    });
  }
  const Environment& environment() const override { return hub_.environment_; }
  const std::string& upstream() const override { return upstream_; }
  void say(const std::string& line) override { hub_.say(line); }
  std::string root() const override { return hub_.root() + std::string(dialect_->prefix()); }

 private:
  /// True if the address still leads to the upstream, whatever text the request adds to the upstream's address: the
  /// caller's credentials must go to the upstream alone.
  static bool leads_to(const std::string& upstream, const std::string& address) {
    const auto url = http::parse_url(address), wanted = http::parse_url(upstream);
    return url && wanted && http::same_origin(*url, *wanted) && url->has_user == wanted->has_user;
  }

  LocalHub& hub_;
  const hub::Hub& real_;
  std::unique_ptr<hub::Dialect> dialect_;
  std::string upstream_;
  bool needs_digests_;
};

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
  if (shared.from.empty() || std::ranges::find(shared.from, adoptions_name) != shared.from.end()) {
    // Done before the first request, because requests change nothing on the disk.
    adoption::show_hidden_files(environment, record::trust_of(options.trust_owner), tell);
    hub->catalog_ = TRY(gather_catalog(environment, options));
  }
  for (const hub::Hub* one : hubs::all()) {
    std::string upstream = TRY(upstream_of(*one, environment, options.upstream));
    hub->desks_.push_back(std::make_unique<Desk>(*hub, *one, std::move(upstream)));
  }
  // The dialect without a prefix comes last: it takes the requests that no other dialect takes.
  std::ranges::stable_partition(hub->desks_, [](const auto& desk) { return desk->has_prefix(); });
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
      server_(io, [this](const std::shared_ptr<server::Exchange>& exchange) { handle(exchange); }) {}

/// Waits for the jobs in `aside_`, because they use members of this object, but makes them give up on a hub that does
/// not answer.
LocalHub::~LocalHub() {
  const http::CancelAllRequests cancels;
  aside_.reset();
}

Result<void> LocalHub::share() {
  const auto tell = [this](const std::string& line) { say(line); };
  for (const std::string& name : shared_.from) {
    if (name == adoptions_name) continue;
    stores_.push_back(TRY(store::open(environment_, name, false)));
    if (!shared_.store_public_url.empty()) TRY(stores_.back()->set_public_url(shared_.store_public_url));
  }
  for (const std::string& url : {shared_.public_url, shared_.redirect_via}) {
    if (!url.empty()) TRY(http::parse_url(url));
  }
  if (!stores_.empty()) {
    published_.emplace(io_, stores_, tell);
    contents_.emplace(io_, stores_, ContentOptions{shared_.redirects, without_slash(shared_.redirect_via)}, tell);
  }
  if (shared_.token_file) tokens_ = TRY(Tokens::load(environment_.working_folder / *shared_.token_file));
  // A token is for this hub, not for the one that gets other requests.
  way_.passes_credentials = !tokens_;
  return {};
}

void LocalHub::read_tokens_again() {
  if (!shared_.token_file) return;
  auto tokens = Tokens::load(environment_.working_folder / *shared_.token_file);
  if (tokens) tokens_ = *std::move(tokens);
  else if (options_.tell) options_.tell(hubcache::say("the tokens stay as they were: {}", tokens.error().message));
}

Result<void> LocalHub::listen(const ListenAddress& address) {
  if (!address.ip.is_loopback() && !tokens_ && !shared_.no_token) {
    return Error{ErrorCode::usage, hubcache::say("other machines could use the hub without a token"),
                 hubcache::say("name a file with tokens (--token-file), or add --no-token")};
  }
  address_ = address;
  TRY(server_.listen(address.ip, address.port));
  address_.port = server_.port();
  return {};
}

std::string LocalHub::root() const {
  return shared_.public_url.empty() ? address() : without_slash(shared_.public_url);
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
  for (const auto& desk : desks_) {
    const auto is_of_hub = [&](const hub::CatalogRepo& repo) { return repo.hub == &desk->real(); };
    if (std::ranges::none_of(catalog_.repos(), is_of_hub)) continue;
    for (const std::string& site : desk->fixed_sites()) {
      const auto url = http::parse_url(site);
      if (url && server::is_host_name(url->host)) fronts.push_back({site, url->host, url->port, desk->prefix()});
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
bool LocalHub::refuse(const std::shared_ptr<server::Exchange>& exchange) {
  const server::Request& request = exchange->request();
  const bool is_shared = tokens_ || !address_.ip.is_loopback();
  if (tokens_ && !tokens_->allow(request)) return exchange->answer(no_token()), true;
  if (!is_shared) {
    if (auto refusal = server::refusal_of(exchange->peer(), options_.allow_other_users)) {
      say(refusal->line);
      return exchange->answer(std::move(refusal->answer)), true;
    }
  }
  const bool is_for_itself = !exchange->front(), is_for_proxy = server::ForwardProxy::is_for_proxy(request);
  if (is_for_itself && is_for_proxy && !is_shared) return proxy_.handle(exchange), true;
  if (is_for_proxy || !request.target.starts_with('/')) return exchange->answer({400, "", ""}), true;
  const std::string_view host = request.header("Host");
  const bool is_for_host = is_shared || is_for_this_machine(host) || host.starts_with(address_.ip.to_string() + ":");
  if (is_for_itself && !is_for_host) return exchange->answer({421, "", ""}), true;
  return false;
}

/// Looks for a published repo, unless the machine's own adoptions have it.
void LocalHub::ask_stores(Desk& desk, const std::shared_ptr<server::Exchange>& exchange) {
  const auto asked = published_ ? desk.dialect().asked_repo(exchange->request()) : std::nullopt;
  if (!asked || catalog_.find(desk.real(), asked->owner, asked->name, asked->type)) return desk.handle(exchange);
  published_->find(desk.real(), desk.dialect(), *asked, [&desk, exchange](const Result<PublishedRepos::Found>& found) {
    if (!found) return exchange->answer(store_failed(found.error()));
    exchange->hold(*found);
    desk.handle(exchange);
  });
}

void LocalHub::handle(const std::shared_ptr<server::Exchange>& exchange) {
  const server::Request& request = exchange->request();
  const bool is_for_itself = !exchange->front();
  if (is_for_itself && request.target == "/healthz")
    return exchange->answer({200, "Content-Type: text/plain\r\n", "ok\n"});
  if (refuse(exchange)) return;
  if (is_for_itself && request.target == "/.hubcache") return describe_itself(exchange);
  const auto takes = [&](const auto& desk) { return desk->takes(request.target); };
  const auto desk = std::ranges::find_if(desks_, takes);
  if (desk == desks_.end()) return exchange->answer({404, "", ""});
  ask_stores(**desk, exchange);
}

bool LocalHub::needs_digests() const {
  return std::ranges::any_of(desks_, [](const auto& desk) { return desk->needs_digests(); });
}

void LocalHub::describe_itself(const std::shared_ptr<server::Exchange>& exchange) const {
  exchange->answer({200, "Content-Type: application/json\r\n",
                    fmt::format("{{\"schema\":1,\"offline\":{},\"deny_all\":{},\"hash_validation\":{}}}\n",
                                egress_ != server::Egress::free, egress_ == server::Egress::nothing, needs_digests())});
}

}  // namespace hubcache::local_hub
