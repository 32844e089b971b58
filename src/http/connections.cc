#include "http/connections.h"

#include <algorithm>

#include "http/curl_options.h"

namespace hubcache::http {

Connections::Connections(int at_once) : at_once_(at_once), multi_(nullptr, curl_multi_cleanup) {
  set_up_curl();
  multi_.reset(curl_multi_init());
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(at_once));
}

Connections::~Connections() {
  for (const auto& [handle, job] : under_way_) curl_multi_remove_handle(multi_.get(), handle);
}

void Connections::start(Job job, bool first) {
  const Lock lock(mutex_);
  if (first) jobs_.push_front(std::move(job));
  else jobs_.push_back(std::move(job));
  if (is_driven_ && next_job() != jobs_.end()) curl_multi_wakeup(multi_.get());
}

Result<std::vector<Connections::Ended>> Connections::wait(Caller& caller, Clock::time_point until) {
  Lock lock(mutex_);
  CURLMcode code = CURLM_OK;
  while (caller.ended_.empty() && Clock::now() < until && !is_stopped_ && code == CURLM_OK) {
    if (!is_driven_) {
      code = drive(lock, caller, until);
      continue;
    }
    waiting_.push_back(&caller);
    caller.wake_.wait_until(lock, until);
    std::erase(waiting_, &caller);
  }
  leave_to_another();
  if (code != CURLM_OK) return Error{ErrorCode::hub, curl_multi_strerror(code), ""};
  return std::exchange(caller.ended_, {});
}

void Connections::give_up(Caller& caller) {
  const Lock lock(mutex_);
  std::erase_if(jobs_, [&](const Job& job) { return job.caller == &caller; });
  for (auto& [handle, job] : under_way_) {
    if (job.caller == &caller) job.caller = nullptr;
  }
  if (!is_driven_) remove_given_up();
}

void Connections::slow_down(const Job& job) {
  Origin& slow = origin(job.origin);
  const auto now = Clock::now();
  slow.not_before = std::max(slow.not_before, now + pause_of(1, job.transfer->retry_after_seconds()));
  if (job.since < slow.slowed_at) return;
  slow.slowed_at = now;
  slow.at_once = std::max(1, slow.at_once / 2);
}

void Connections::stop() {
  const Lock lock(mutex_);
  is_stopped_ = true;
  curl_multi_wakeup(multi_.get());
  for (Caller* caller : waiting_) caller->wake_.notify_one();
}

bool Connections::is_stopped() const {
  const Lock lock(mutex_);
  return is_stopped_;
}

std::deque<Connections::Job>::iterator Connections::next_job() {
  if (under_way_.size() >= static_cast<std::size_t>(at_once_)) return jobs_.end();
  const auto now = Clock::now();
  return std::ranges::find_if(jobs_, [&](const Job& job) {
    const Origin& asked = origin(job.origin);
    return asked.under_way < asked.at_once && asked.not_before <= now;
  });
}

Connections::Clock::time_point Connections::next_start(Clock::time_point latest) {
  for (const Job& job : jobs_) {
    const Origin& asked = origin(job.origin);
    if (asked.under_way < asked.at_once) latest = std::min(latest, asked.not_before);
  }
  return latest;
}

/// Runs curl once. The lock is released while curl works or waits.
CURLMcode Connections::drive(Lock& lock, const Caller& caller, Clock::time_point until) {
  is_driven_ = true;
  remove_given_up();
  start_jobs();
  lock.unlock();
  int running = 0;
  CURLMcode code = curl_multi_perform(multi_.get(), &running);
  lock.lock();
  collect_ended();
  if (code == CURLM_OK && caller.ended_.empty() && !is_stopped_ && next_job() == jobs_.end()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_start(until) - Clock::now()).count();
    lock.unlock();
    code = curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(std::max<long long>(0, left)), nullptr);
    lock.lock();
  }
  is_driven_ = false;
  return code;
}

void Connections::start_jobs() {
  for (auto next = next_job(); next != jobs_.end(); next = next_job()) {
    Job job = std::move(*next);
    jobs_.erase(next);
    CURL* handle = job.transfer->handle();
    job.since = Clock::now();
    ++origin(job.origin).under_way;
    const auto started = under_way_.emplace(handle, std::move(job)).first;
    if (curl_multi_add_handle(multi_.get(), handle) != CURLM_OK) end(started, CURLE_FAILED_INIT);
  }
}

void Connections::end(std::unordered_map<CURL*, Job>::iterator ended, CURLcode how) {
  Job job = std::move(ended->second);
  under_way_.erase(ended);
  --origin(job.origin).under_way;
  if (!job.caller) return;
  job.caller->ended_.push_back({std::move(job.transfer), how, job.since});
  job.caller->wake_.notify_one();
}

void Connections::collect_ended() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode how = message->data.result;
    const auto ended = under_way_.find(message->easy_handle);
    curl_multi_remove_handle(multi_.get(), ended->first);
    if (how == CURLE_OK && ended->second.transfer->status() == too_many_requests) slow_down(ended->second);
    end(ended, how);
  }
}

void Connections::remove_given_up() {
  for (auto job = under_way_.begin(); job != under_way_.end();) {
    const auto next = std::next(job);
    if (!job->second.caller) {
      curl_multi_remove_handle(multi_.get(), job->first);
      end(job, CURLE_ABORTED_BY_CALLBACK);
    }
    job = next;
  }
}

void Connections::leave_to_another() {
  if (!is_driven_ && !waiting_.empty()) waiting_.front()->wake_.notify_one();
}

}  // namespace hubcache::http
