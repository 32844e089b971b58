#include "local_hub/local_hub.h"

#include <algorithm>

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

constexpr std::size_t most_lines = 10'000;  // lines that are remembered so that they are not repeated

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

  const hub::Catalog& catalog() const override { return hub_.catalog_; }
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
                                                 const LocalHubOptions& options) {
  if (options.upstream && !http::parse_url(*options.upstream)) {
    return Error{ErrorCode::usage,
                 hubcache::say("not an http or https URL: '{}'", http::for_message(*options.upstream)),
                 hubcache::say("check --upstream")};
  }
  const auto tell = [&](const std::string& line) {
    if (options.tell) options.tell(line);
  };
  // Done before the first request, because requests change nothing on the disk.
  adoption::show_hidden_files(environment, record::trust_of(options.trust_owner), tell);
  hub::Catalog catalog = TRY(gather_catalog(environment, options));
  auto hub = std::unique_ptr<LocalHub>(new LocalHub(io, environment, options, std::move(catalog)));
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
                   hub::Catalog catalog)
    : io_(io),
      environment_(environment),
      options_(options),
      egress_(egress_of(options)),
      catalog_(std::move(catalog)),
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

Result<void> LocalHub::listen(std::uint16_t port) { return server_.listen(port); }

std::string LocalHub::root() const { return fmt::format(FMT_COMPILE("http://127.0.0.1:{}"), server_.port()); }

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

void LocalHub::handle(const std::shared_ptr<server::Exchange>& exchange) {
  const server::Request& request = exchange->request();
  if (auto refusal = server::refusal_of(exchange->peer(), options_.allow_other_users)) {
    say(refusal->line);
    return exchange->answer(std::move(refusal->answer));
  }
  const bool is_for_itself = !exchange->front(), is_for_proxy = server::ForwardProxy::is_for_proxy(request);
  if (is_for_itself && is_for_proxy) return proxy_.handle(exchange);
  if (is_for_proxy || !request.target.starts_with('/')) return exchange->answer({400, "", ""});
  if (is_for_itself && !is_for_this_machine(request.header("Host"))) return exchange->answer({421, "", ""});
  if (is_for_itself && request.target == "/.hubcache") return describe_itself(exchange);
  const auto takes = [&](const auto& desk) { return desk->takes(request.target); };
  const auto desk = std::ranges::find_if(desks_, takes);
  if (desk == desks_.end()) return exchange->answer({404, "", ""});
  (*desk)->handle(exchange);
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
