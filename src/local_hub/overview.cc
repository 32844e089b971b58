#include "local_hub/overview.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "local_hub/dialect_services.h"
#include "server/request_target.h"

namespace hubcache::local_hub {
namespace {

constexpr const char* plain_text = "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n";

std::string_view before_query(std::string_view target) { return target.substr(0, target.find('?')); }

}  // namespace

LocalHub::Overview::Overview(LocalHub& hub) : hub_(hub) {
  if (hub_.stores_) published_.emplace(hub_.io_, hub_.stores_->all());
}

Result<void> LocalHub::Overview::write_log(const std::filesystem::path& folder, const std::filesystem::path& file) {
  log_ = TRY(AccessLog::open(file == "-" ? file : folder / file));
  return {};
}

Result<void> LocalHub::Overview::reopen_log() { return log_ ? log_->reopen() : Result<void>(); }

void LocalHub::Overview::ended(const server::Ended& one) {
  figures_.add(one);
  if (!log_) return;
  log_->add(one);
  if (log_->lost() > 0)
    hub_.say(
        hubcache::say("the access log loses lines: its disk is full, or its reader is too slow; /metrics counts them"));
}

bool LocalHub::Overview::takes(std::string_view target) {
  const std::string_view path = before_query(target);
  return path == "/" || path == "/metrics";
}

bool LocalHub::Overview::refuses_to_write(const std::shared_ptr<server::Exchange>& exchange) {
  const std::string_view method = exchange->request().method;
  if (method == "GET" || method == "HEAD") return false;
  exchange->answer({405, std::string("Allow: GET, HEAD\r\n") + plain_text, "only for reading\n"});
  return true;
}

void LocalHub::Overview::handle(const std::shared_ptr<server::Exchange>& exchange) {
  const server::Request& request = exchange->request();
  if (refuses_to_write(exchange)) return;
  if (before_query(request.target) == "/metrics") {
    return exchange->answer({200,
                             "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\nCache-Control: no-store\r\n",
                             metrics_text(figures_, state())});
  }
  if (server::split_target(request.target).asked("repo").empty()) return show_all(exchange);
  show_repo(exchange);
}

void LocalHub::Overview::answer_readiness(const std::shared_ptr<server::Exchange>& exchange) {
  const bool is_answering = !hub_.stores_ || hub_.stores_->are_answering();
  const bool is_ready = is_answering && !hub_.server_.is_draining();
  const char* why = is_ready ? "ok\n" : is_answering ? "the hub is ending\n" : "a store does not answer\n";
  exchange->answer({is_ready ? 200u : 503u, plain_text, why});
}

HubState LocalHub::Overview::state() const {
  HubState state{.connections = hub_.server_.connections(), .is_draining = hub_.server_.is_draining()};
  if (log_) state.lost_lines = log_->lost();
  if (!hub_.stores_) return state;
  for (const WatchedStore* store : hub_.stores_->watched()) state.stores.push_back({store->name(), store->state()});
  return state;
}

/// Returns the command by which a client's shell gets the hub's variables.
std::string LocalHub::Overview::environment_command() const {
  const bool is_for_others = hub_.access_.is_shared() || !hub_.shared_.public_url.empty();
  if (!is_for_others) return fmt::format("eval \"$(hubcache env --port {})\"", hub_.server_.port());
  return fmt::format("eval \"$(hubcache env --hub {}{})\"", shell_word(hub_.root()),
                     hub_.access_.tokens() ? " --token-file tokens" : "");
}

const LocalHub::DialectServices* LocalHub::Overview::services_of(const hub::Hub& hub) const {
  const auto found =
      std::ranges::find_if(hub_.services_, [&](const auto& services) { return &services->real() == &hub; });
  return found == hub_.services_.end() ? nullptr : found->get();
}

}  // namespace hubcache::local_hub
