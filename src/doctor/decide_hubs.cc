#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/language.h"
#include "base/text.h"
#include "doctor/decide.h"

namespace hubcache::doctor_parts {
namespace {

constexpr long slow_milliseconds = 2000;
constexpr std::int64_t tolerated_seconds = 300;  // certificates and signed requests fail beyond some minutes
constexpr unsigned access_of_others = 077;

const char* const run_offline = "hubcache run --offline -- COMMAND";

bool is_asked(const ExaminedHub& hub) { return hub.reach != Reach::not_asked; }

/// A hub that nobody on this machine uses may be out of reach.
Severity severity_of(const ExaminedHub& hub) { return hub.is_used ? Severity::wrong : Severity::note; }

std::string way_to(const ExaminedHub& hub) {
  return hub.proxy.empty() ? "" : say(", by the proxy {} ({})", hub.proxy, hub.proxy_variable);
}

Finding judge_answer(const ExaminedHub& hub) {
  const bool is_slow = hub.milliseconds.value_or(0) >= slow_milliseconds;
  const std::string time = say("{} ms", hub.milliseconds.value_or(0));
  return {is_slow ? Severity::note : Severity::ok, "hub",
          is_slow ? say("{} answers slowly, in {}{}", hub.title, time, way_to(hub))
                  : say("{} answers in {}{}", hub.title, time, way_to(hub)),
          hub.address, ""};
}

/// Returns the command that replaces a token which the hub rejects.
std::string replace_token(const TokenSource& token) {
  const bool is_variable = token.from != printable(token.file.native());
  if (is_variable) return "unset " + token.from;
  return token.login.empty() ? "rm " + shell_word(token.file.native()) : token.login;
}

Finding judge_trust(const ExaminedHub& hub) {
  const std::string variable = hub.certificates_variable;
  return {severity_of(hub), "hub",
          variable.empty() ? say("{} has a certificate that is not trusted: {}", hub.title, hub.error)
                           : say("{} has a certificate that is not trusted, with the authorities in {} ({}): {}",
                                 hub.title, in_quotes(hub.certificates), variable, hub.error),
          hub.address, variable.empty() ? "export REQUESTS_CA_BUNDLE=FILE" : "unset " + variable};
}

Finding judge_silence(const ExaminedHub& hub) {
  return {severity_of(hub), "hub", say("{} cannot be reached{}: {}", hub.title, way_to(hub), hub.error), hub.address,
          hub.proxy.empty() ? run_offline : "unset " + hub.proxy_variable};
}

Finding judge_unasked(const ExaminedHub& hub) {
  if (hub.address.empty())
    return {Severity::wrong, "hub", hub.error, hub.variable,
            hub.error.find(hub.variable) == std::string::npos ? "" : "unset " + hub.variable};
  return {Severity::note, "hub", say("{} is set, so clients do not ask {}", hub.offline_variable, hub.title),
          hub.offline_variable, "unset " + hub.offline_variable};
}

Finding judge_hub(const ExaminedHub& hub) {
  switch (hub.reach) {
    case Reach::not_asked: return judge_unasked(hub);
    case Reach::answers: return judge_answer(hub);
    case Reach::rejects:
      return {Severity::wrong, "hub",
              say("{} rejects the access token from {} ({})", hub.title, in_quotes(hub.token.from), hub.status),
              hub.address, replace_token(hub.token)};
    case Reach::fails:
      return {severity_of(hub), "hub", say("{} fails ({})", hub.title, hub.status), hub.address, run_offline};
    case Reach::untrusted: return judge_trust(hub);
    case Reach::unreachable: return judge_silence(hub);
  }
  return {};
}

std::string duration_text(std::int64_t seconds) {
  seconds = std::abs(seconds);
  const std::int64_t hours = seconds / 3600, minutes = seconds / 60 % 60;
  return hours > 0 ? say("{} h {} min", hours, minutes) : say("{} min {} s", minutes, seconds % 60);
}

bool is_off(const ExaminedHub& hub) { return std::abs(*hub.clock_ahead) > tolerated_seconds; }

Finding judge_clock(const ExaminedHub& hub, bool is_machine_wrong) {
  const std::string time = duration_text(*hub.clock_ahead);
  if (!is_off(hub)) return {Severity::ok, "clock", say("the clock agrees with that of {}", hub.title), hub.address, ""};
  if (!is_machine_wrong)
    return {Severity::note, "clock",
            *hub.clock_ahead > 0 ? say("the clock of {} is {} fast", hub.title, time)
                                 : say("the clock of {} is {} slow", hub.title, time),
            hub.address, ""};
  return {Severity::wrong, "clock",
          *hub.clock_ahead > 0 ? say("this machine's clock is {} slow, compared with that of {}", time, hub.title)
                               : say("this machine's clock is {} fast, compared with that of {}", time, hub.title),
          hub.address, "timedatectl set-ntp true"};
}

Finding judge_token_file(const ExaminedHub& hub) {
  const TokenSource& token = hub.token;
  const std::string mode = fmt::format("{:04o}", *token.mode);
  return {token.is_readable_by_others ? Severity::wrong : Severity::note, "token",
          token.is_readable_by_others
              ? say("other users can read the access token for {}: the file has the mode {}", hub.title, mode)
              : say("only the folders above keep other users from the access token for {}: the file has the mode {}",
                    hub.title, mode),
          token.file.native(), "chmod 600 " + shell_word(token.file.native())};
}

}  // namespace

Findings judge_hubs(const std::vector<ExaminedHub>& hubs, bool offline) {
  Findings found;
  const auto is_silent = [](const ExaminedHub& hub) { return !is_asked(hub) || hub.reach == Reach::unreachable; };
  const auto asked = std::ranges::count_if(hubs, is_asked);
  const bool has_no_network = asked > 1 && std::ranges::all_of(hubs, is_silent);
  if (has_no_network) {
    const auto first = std::ranges::find_if(hubs, is_asked);
    found.push_back({Severity::wrong, "hub",
                     say("no hub can be reached, so this machine seems to have no network: {}", first->error), "",
                     run_offline});
  }
  if (offline) found.push_back({Severity::ok, "hub", say("no hub was asked"), "", ""});
  for (const ExaminedHub& hub : hubs) {
    const bool is_said = is_asked(hub) ? has_no_network : !hub.address.empty() && hub.offline_variable.empty();
    if (!is_said) found.push_back(judge_hub(hub));
  }
  return found;
}

Findings judge_clocks(const std::vector<ExaminedHub>& hubs) {
  Findings found;
  const auto agrees = [](const ExaminedHub& hub) { return hub.clock_ahead && !is_off(hub); };
  const bool is_machine_wrong = std::ranges::none_of(hubs, agrees);
  for (const ExaminedHub& hub : hubs) {
    if (hub.clock_ahead) found.push_back(judge_clock(hub, is_machine_wrong));
  }
  return found;
}

Findings judge_tokens(const std::vector<ExaminedHub>& hubs) {
  Findings found;
  for (const ExaminedHub& hub : hubs) {
    const TokenSource& token = hub.token;
    if (token.mode && (*token.mode & access_of_others) != 0) found.push_back(judge_token_file(hub));
    if (!token.error.empty()) {
      found.push_back({Severity::wrong, "token", token.error, token.file.native(), token.login});
    } else if (token.is_set) {
      found.push_back({Severity::ok, "token", say("the access token for {} is set", hub.title), token.from, ""});
    } else {
      found.push_back({Severity::ok, "token",
                       say("there is no access token for {}: only public repos can be read", hub.title), "", ""});
    }
  }
  return found;
}

}  // namespace hubcache::doctor_parts
