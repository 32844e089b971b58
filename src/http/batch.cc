#include "http/batch.h"

#include <algorithm>
#include <array>

#include "base/log.h"
#include "base/try.h"
#include "http/redact.h"

namespace hubcache::http {
namespace {

using namespace std::chrono_literals;

constexpr int max_redirects = 5;
constexpr int max_tries = 3;
constexpr auto longest_pause = 10s;
constexpr auto first_pause = 500ms;  // then doubled
constexpr auto longest_wait = 1000ms;

bool is_redirect(long status) {
  static constexpr std::array redirects = {301L, 302L, 303L, 307L, 308L};
  return std::ranges::find(redirects, status) != redirects.end();
}

bool may_pass(long status) {
  static constexpr std::array passing = {429L, 502L, 503L, 504L};
  return std::ranges::find(passing, status) != passing.end();
}

std::string shown(const Session& session, const Url& url) { return redact(for_message(url.text), session.token); }

void log(const Session& session, const Url& url, const Result<Answer>& answer, std::chrono::nanoseconds took) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  if (answer)
    logger().debug("GET {}: {}, {} bytes, {} ms", shown(session, url), answer->status, answer->body.size(),
                   milliseconds);
  else logger().debug("GET {}, {} ms", answer.error().message, milliseconds);
}

}  // namespace

/// Whatever is still under way was given up.
Batch::~Batch() {
  for (const auto& [handle, done] : under_way_) curl_multi_remove_handle(session_.multi.get(), handle);
}

Result<void> Batch::run() {
  while (!is_done()) {
    TRY(start_what_is_due());
    int running = 0;
    if (const auto code = curl_multi_perform(session_.multi.get(), &running); code != CURLM_OK) {
      return Error{ErrorCode::hub, curl_multi_strerror(code), ""};
    }
    TRY(settle_what_ended());
    if (!is_done() && !can_start()) TRY(wait());
  }
  return {};
}

Result<void> Batch::start_what_is_due() {
  const auto now = Clock::now();
  const auto is_due = [&](const Question& question) { return question.not_before <= now; };
  for (auto due = waiting_.end(); has_room() && (due = std::ranges::find_if(waiting_, is_due)) != waiting_.end();) {
    Question question = std::move(*due);
    waiting_.erase(due);
    TRY(start(std::move(question)));
  }
  while (can_start()) {
    const std::size_t index = next_++;
    auto url = parse_url(urls_[index]);
    if (!url) {
      TRY(take_(index, std::move(url).error()));
      continue;
    }
    const bool with_token = session_.is_for_the_token(*url);
    TRY(start({.index = index, .url = *std::move(url), .with_token = with_token}));
  }
  return {};
}

std::uint64_t Batch::body_bytes_of(const Question& question) const {
  const std::uint64_t own = body_bytes_.empty() ? no_bound : body_bytes_[question.index];
  return std::min(own, session_.limits.body_bytes);
}

Result<void> Batch::start(Question question) {
  auto transfer = std::make_unique<Transfer>(session_, question.url, question.with_token, body_bytes_of(question));
  CURL* handle = transfer->handle();
  if (const auto code = curl_multi_add_handle(session_.multi.get(), handle); code != CURLM_OK) {
    return Error{ErrorCode::hub, shown(session_, question.url) + ": " + curl_multi_strerror(code), ""};
  }
  ++session_.requests;
  under_way_.emplace(handle, UnderWay{std::move(question), std::move(transfer), Clock::now()});
  return {};
}

Result<void> Batch::settle_what_ended() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(session_.multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode how = message->data.result;
    const auto found = under_way_.find(message->easy_handle);
    UnderWay done = std::move(found->second);
    under_way_.erase(found);
    curl_multi_remove_handle(session_.multi.get(), done.transfer->handle());
    TRY(settle(std::move(done), how));
  }
  return {};
}

Result<void> Batch::settle(UnderWay done, CURLcode how) {
  auto answer = done.transfer->finish(how);
  log(session_, done.question.url, answer, Clock::now() - done.since);
  if (answer && is_redirect(answer->status)) {
    if (const auto location = done.transfer->location(); !location.empty()) {
      return redirect(std::move(done.question), location);
    }
  }
  if (answer && may_pass(answer->status) && done.question.tries < max_tries) {
    ask_again(std::move(done.question), done.transfer->retry_after_seconds());
    return {};
  }
  return take_(done.question.index, std::move(answer));
}

Result<void> Batch::redirect(Question question, const std::string& location) {
  const auto fail = [&](const std::string& why) {
    return take_(question.index,
                 Error{ErrorCode::hub, shown(session_, question.url) + ": " + redact(why, session_.token),
                       "use the address of the hub's API, not of a web page"});
  };
  if (++question.redirects > max_redirects) return fail("redirects more than 5 times");
  auto url = follow(question.url, location);
  if (!url) return fail(url.error().message);
  question.url = *std::move(url);
  question.with_token = question.with_token && session_.is_for_the_token(question.url);
  question.not_before = {};
  waiting_.push_back(std::move(question));
  return {};
}

void Batch::ask_again(Question question, long seconds) {
  const auto pause =
      seconds > 0 ? std::min<std::chrono::milliseconds>(std::chrono::seconds(std::min(seconds, 3600L)), longest_pause)
                  : first_pause * (1 << (question.tries - 1));
  question.not_before = Clock::now() + pause;
  ++question.tries;
  waiting_.push_back(std::move(question));
}

Result<void> Batch::wait() const {
  if (GivingUp::stands()) return Error{ErrorCode::interrupted, "canceled: the process ends", ""};
  auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(longest_wait);
  const auto now = Clock::now();
  for (const auto& question : waiting_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(question.not_before - now);
    if (has_room()) pause = std::clamp(left, 0ms, pause);
  }
  const auto code = curl_multi_poll(session_.multi.get(), nullptr, 0, static_cast<int>(pause.count()), nullptr);
  if (code != CURLM_OK) return Error{ErrorCode::hub, curl_multi_strerror(code), ""};
  return {};
}

}  // namespace hubcache::http
