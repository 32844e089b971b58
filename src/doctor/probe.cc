#include "doctor/probe.h"

#include <algorithm>

#include <curl/curl.h>
#include <sys/stat.h>

#include "base/caught.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file_system.h"
#include "http/certificates.h"
#include "http/client.h"
#include "http/url.h"
#include "hub/checkup.h"
#include "hub/upstream.h"
#include "hubs/registry.h"

namespace hubcache::doctor_parts {
namespace {

using Clock = std::chrono::steady_clock;

/// A hub that is slower than this does not answer.
constexpr http::Limits patience{.body_bytes = 4 << 20, .connect_seconds = 4, .total_seconds = 6, .tries = 1};
constexpr long unauthorized = 401;

std::string with_hint(const Error& error) { return error.message + (error.hint.empty() ? "" : say(": ") + error.hint); }

std::optional<unsigned> mode_of(const std::filesystem::path& file) {
  struct stat status{};
  if (file.empty() || stat(file.c_str(), &status) != 0) return std::nullopt;
  return status.st_mode & 07777;
}

Reach reach_of(long status, bool has_token) {
  if (status == unauthorized && has_token) return Reach::rejects;
  return status >= 500 ? Reach::fails : Reach::answers;
}

void note_clock(const std::string& date, Clock::duration took, ExaminedHub& examined) {
  using std::chrono::system_clock;
  const time_t theirs = curl_getdate(date.c_str(), nullptr);
  if (theirs == -1) return;
  const auto ours = system_clock::now() - std::chrono::duration_cast<system_clock::duration>(took / 2);
  examined.clock_ahead = std::chrono::round<std::chrono::seconds>(system_clock::from_time_t(theirs) - ours).count();
}

Result<http::Answer> send_to(const hub::Hub& hub, const Environment& environment, const std::string& address) {
  TRY(hub::check_not_through_local_hub(environment, address, hub.proxy_rules));
  const auto endpoint = hub.checkup->endpoint(environment);
  const std::string token = endpoint ? endpoint->token : "";
  const std::string host = endpoint ? endpoint->host : address;
  http::Client client(environment, host, token, patience, hub.checkup->token_scheme, hub.proxy_rules,
                      hub.checkup->token_cookie);
  return client.get(host + std::string(hub.checkup->probe));
}

void ask_one(const hub::Hub& hub, const Environment& environment, ExaminedHub& examined) {
  const auto began = Clock::now();
  const auto answer = send_to(hub, environment, examined.address);
  const auto took = Clock::now() - began;
  if (!answer) {
    examined.reach = answer.error().untrusted ? Reach::untrusted : Reach::unreachable;
    examined.error = with_hint(answer.error());
    return;
  }
  examined.reach = reach_of(answer->status, examined.token.is_set);
  examined.status = answer->status;
  examined.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  note_clock(answer->date, took, examined);
}

/// Asks the hub. Runs in a thread, which no exception may leave.
void ask(const hub::Hub& hub, const Environment& environment, ExaminedHub& examined) {
  try {
    ask_one(hub, environment, examined);
  } catch (...) {
    examined.reach = Reach::unreachable;
    examined.error = caught().message;
  }
}

/// Returns everything about the hub that can be found without asking it.
ExaminedHub describe_hub(const hub::Hub& hub, const Environment& environment) {
  ExaminedHub examined{
      .name = std::string(hub.name), .title = std::string(hub.title), .variable = hub.address_variable};
  examined.offline_variable = hub.offline_variable(environment);
  examined.token = token_of(hub, environment);
  examined.is_used = examined.token.is_set || environment.get(hub.address_variable).has_value();
  const auto certificates = http::certificates_for(environment);
  examined.certificates = certificates.file.empty() ? certificates.folder : certificates.file;
  examined.certificates_variable = certificates.variable;
  const auto address = hub::address(hub, environment);
  if (!address) {
    examined.error = with_hint(address.error());
    return examined;
  }
  examined.address = *address;
  if (const auto url = http::parse_url(*address)) {
    const auto proxy = http::proxy_for(environment, *url, hub.proxy_rules);
    examined.proxy = proxy.address.empty() ? "" : http::for_message(proxy);
    examined.proxy_variable = proxy.variable;
  }
  return examined;
}

}  // namespace

TokenSource token_of(const hub::Hub& hub, const Environment& environment) {
  TokenSource source{.file = hub.checkup->token_file(environment), .login = std::string(hub.checkup->login)};
  source.mode = mode_of(source.file);
  source.is_readable_by_others = source.mode && fs::may_others_read(source.file);
  const auto endpoint = hub.checkup->endpoint(environment);
  if (endpoint) {
    source.is_set = !endpoint->token.empty();
    if (source.is_set) source.from = endpoint->token_from;
  } else if (endpoint.error().code != ErrorCode::usage) {
    source.error = with_hint(endpoint.error());
  }
  return source;
}

Probes::Probes(const Environment& environment, bool offline) {
  for (const hub::Hub* hub : hubs::all()) hubs_.push_back(describe_hub(*hub, environment));
  for (std::size_t i = 0; i < hubs_.size(); ++i) {
    ExaminedHub& examined = hubs_[i];
    if (offline || examined.address.empty() || !examined.offline_variable.empty()) continue;
    const hub::Hub& hub = *hubs::all()[i];
    const auto job = [&hub, &environment, &examined] { ask(hub, environment, examined); };
    if (!threads_.start(job)) job();
  }
}

std::vector<ExaminedHub> Probes::take() {
  threads_.join();
  return std::move(hubs_);
}

}  // namespace hubcache::doctor_parts
