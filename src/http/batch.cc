#include "http/batch.h"

#include <algorithm>
#include <array>

#include "base/cancel.h"
#include "base/language.h"
#include "base/log.h"
#include "base/try.h"
#include "http/redact.h"

namespace hubcache::http {
namespace {

using namespace std::chrono_literals;

constexpr int max_redirects = 5;
constexpr auto longest_wait = 50ms;  // between two questions whether the caller has cancelled

bool is_redirect(long status) {
  static constexpr std::array redirects = {301L, 302L, 303L, 307L, 308L};
  return std::ranges::find(redirects, status) != redirects.end();
}

bool may_pass(long status) {
  static constexpr std::array passing = {too_many_requests, 502L, 503L, 504L};
  return std::ranges::find(passing, status) != passing.end();
}

std::string origin_of(const Url& url) { return url.scheme + "://" + url.host + ":" + url.port; }

std::string shown(const Session& session, const Url& url) { return redact(for_message(url.text), session.token); }

void log(const Session& session, Method method, const Url& url, const Result<Answer>& answer,
         std::chrono::nanoseconds took) {
  const std::string_view name = name_of(method);
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  if (answer)
    logger().debug("{} {}: {}, {} bytes, {} ms", name, shown(session, url), answer->status, answer->body.size(),
                   milliseconds);
  else logger().debug("{} {}, {} ms", name, answer.error().message, milliseconds);
}

}  // namespace

Result<void> Batch::run() {
  while (!is_done()) {
    TRY(start_what_is_due());
    if (is_done()) break;
    for (auto& ended : TRY(wait())) TRY(settle(std::move(ended)));
  }
  return {};
}

Result<void> Batch::start_what_is_due() {
  const auto now = Clock::now();
  const auto is_due = [&](const Question& question) { return question.not_before <= now; };
  for (auto due = waiting_.end(); has_room() && (due = std::ranges::find_if(waiting_, is_due)) != waiting_.end();) {
    Question question = std::move(*due);
    waiting_.erase(due);
    start(std::move(question));
  }
  while (can_start()) {
    const std::size_t index = next_++;
    auto url = parse_url(urls_[index]);
    if (!url) {
      TRY(take_(index, std::move(url).error()));
      continue;
    }
    const bool with_token = session_.is_for_the_token(*url);
    start({.index = index, .url = *std::move(url), .with_token = with_token});
  }
  return {};
}

std::uint64_t Batch::body_bytes_of(const Question& question) const {
  const std::uint64_t own = body_bytes_.empty() ? no_bound : body_bytes_[question.index];
  return std::min(own, session_.limits.body_bytes);
}

void Batch::start(Question question) {
  auto transfer =
      std::make_unique<Transfer>(session_, form_, question.url, question.with_token, body_bytes_of(question));
  ++session_.requests;
  const std::string origin = origin_of(question.url);
  const bool is_first = question.tries > 1;
  under_way_.emplace(transfer->handle(), std::move(question));
  caller_.start(std::move(transfer), origin, is_first);
}

Result<void> Batch::settle(Connections::Ended ended) {
  const auto done = under_way_.extract(ended.transfer->handle());
  Question question = std::move(done.mapped());
  auto answer = ended.transfer->finish(ended.how);
  log(session_, form_.method, question.url, answer, Clock::now() - ended.since);
  if (answer && is_redirect(answer->status) && form_.follows_redirects) {
    if (const auto location = ended.transfer->location(); !location.empty()) {
      return redirect(std::move(question), location);
    }
  }
  const long retry_after = answer && may_pass(answer->status) ? ended.transfer->retry_after_seconds() : 0;
  if (answer && may_pass(answer->status) && question.tries < session_.limits.tries) {
    ask_again(std::move(question), answer->status, retry_after);
    return {};
  }
  return take_(question.index, std::move(answer));
}

Result<void> Batch::redirect(Question question, const std::string& location) {
  const auto fail = [&](const std::string& why) {
    return take_(question.index,
                 Error{ErrorCode::hub, shown(session_, question.url) + ": " + redact(why, session_.token),
                       say("use the address of the hub's API, not of a web page")});
  };
  if (++question.redirects > max_redirects) return fail(say("redirects more than 5 times"));
  auto url = follow(question.url, location);
  if (!url) return fail(url.error().message);
  question.url = *std::move(url);
  question.with_token = question.with_token && session_.is_for_the_token(question.url);
  question.not_before = {};
  waiting_.push_back(std::move(question));
  return {};
}

/// Queues the request again. After a 429 with Retry-After, Connections applies the pause.
void Batch::ask_again(Question question, long status, long seconds) {
  if (status != too_many_requests || seconds <= 0)
    question.not_before = Clock::now() + pause_of(question.tries, seconds);
  ++question.tries;
  waiting_.push_back(std::move(question));
}

Result<std::vector<Connections::Ended>> Batch::wait() {
  if (CancelAllRequests::is_active() || session_.connections.is_stopped())
    return Error{ErrorCode::interrupted, say("canceled: the process ends"), ""};
  TRY(check_not_cancelled());
  auto until = Clock::now() + longest_wait;
  for (const Question& question : waiting_) {
    if (has_room()) until = std::min(until, question.not_before);
  }
  return caller_.wait(until);
}

}  // namespace hubcache::http
