// The connections to the hubs that one command asks. Clients share them, on any number of threads: together they make
// no more than so many requests at once, and all of them ask a hub less that answers "too many requests".
//
// There is no thread for this. Of the threads that wait for answers, one drives curl for all; when its own answer has
// come, it leaves that to the next one.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include <hubcache/result.h>

#include "http/transfer.h"

namespace hubcache::http {

class Connections {
  struct Job;

 public:
  using Clock = std::chrono::steady_clock;

  /// `at_once`: requests under way, of all clients.
  explicit Connections(int at_once = 16);
  Connections(const Connections&) = delete;
  ~Connections();

  /// A request that has ended.
  struct Ended {
    std::unique_ptr<Transfer> transfer;
    CURLcode how;
    Clock::time_point since;
  };

  /// The requests of one thread. Those that are still under way at its end are given up.
  class Caller {
   public:
    explicit Caller(Connections& connections) : connections_(connections) {}
    Caller(const Caller&) = delete;
    ~Caller() { connections_.give_up(*this); }

    /// `first`: before all others that have not started yet.
    void start(std::unique_ptr<Transfer> transfer, std::string origin, bool first) {
      connections_.start({std::move(transfer), std::move(origin), this, {}}, first);
    }
    /// Waits until a request has ended, or until the time given. ErrorCode::hub if curl fails.
    Result<std::vector<Ended>> wait(Clock::time_point until) { return connections_.wait(*this, until); }

   private:
    friend class Connections;
    Connections& connections_;
    std::vector<Ended> ended_;
    std::condition_variable wake_;
  };

  /// All waiting ends soon, with an Error: nobody needs the answers any more.
  void stop();
  bool is_stopped() const;

 private:
  struct Job {
    std::unique_ptr<Transfer> transfer;
    std::string origin;
    Caller* caller;  ///< nullptr: given up
    Clock::time_point since;
  };
  struct Origin {
    int at_once;
    int under_way = 0;
    Clock::time_point not_before = {}, slowed_at = {};
  };
  using Lock = std::unique_lock<std::mutex>;

  void start(Job job, bool first);
  Result<std::vector<Ended>> wait(Caller& caller, Clock::time_point until);
  void give_up(Caller& caller);

  Origin& origin(const std::string& name) { return origins_.try_emplace(name, Origin{at_once_}).first->second; }
  /// The first job that may start now.
  std::deque<Job>::iterator next_job();
  /// When a job may start that waits for its origin's pause; `latest` if that is sooner.
  Clock::time_point next_start(Clock::time_point latest);
  CURLMcode drive(Lock& lock, const Caller& caller, Clock::time_point until);
  void start_jobs();
  void end(std::unordered_map<CURL*, Job>::iterator job, CURLcode how);
  void collect_ended();
  /// After 429: the job's origin is left alone for a while, and then asked half as much at once. Requests that were
  /// under way together count as one.
  void slow_down(const Job& job);
  void remove_given_up();
  void leave_to_another();

  const int at_once_;
  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi_;  ///< used by the thread that drives, without the lock
  mutable std::mutex mutex_;                                     ///< guards all that follows
  bool is_driven_ = false;
  bool is_stopped_ = false;
  std::deque<Job> jobs_;  ///< not started yet
  std::unordered_map<CURL*, Job> under_way_;
  std::unordered_map<std::string, Origin> origins_;
  std::vector<Caller*> waiting_;  ///< while another thread drives
};

}  // namespace hubcache::http
