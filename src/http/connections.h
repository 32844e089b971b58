// The connections of one command to hubs. Clients on any number of threads share them: the number of simultaneous
// requests is limited for all clients together, and after "too many requests" all clients send fewer requests to that
// hub.
//
// The connections have no thread of their own. One of the threads that wait for answers drives curl for all; when its
// own answer has arrived, another waiting thread continues.
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

  /// `at_once`: maximal number of simultaneous requests of all clients.
  explicit Connections(int at_once = 16);
  Connections(const Connections&) = delete;
  ~Connections();

  /// A request that has ended.
  struct Ended {
    std::unique_ptr<Transfer> transfer;
    CURLcode how;
    Clock::time_point since;
  };

  /// The requests of one thread. The destructor cancels the requests that are still running.
  class Caller {
   public:
    explicit Caller(Connections& connections) : connections_(connections) {}
    Caller(const Caller&) = delete;
    ~Caller() { connections_.give_up(*this); }

    /// Starts a request. `first`: before all others that have not started yet.
    void start(std::unique_ptr<Transfer> transfer, std::string origin, bool first) {
      connections_.start({std::move(transfer), std::move(origin), this, {}}, first);
    }
    /// Waits until a request of this caller has ended, at most until `until`. ErrorCode::hub if curl fails.
    Result<std::vector<Ended>> wait(Clock::time_point until) { return connections_.wait(*this, until); }

   private:
    friend class Connections;
    Connections& connections_;
    std::vector<Ended> ended_;
    std::condition_variable wake_;
  };

  /// Makes all waiting calls end soon, with an Error. Call it if the answers are no longer needed.
  void stop();
  bool is_stopped() const;

 private:
  struct Job {
    std::unique_ptr<Transfer> transfer;
    std::string origin;
    Caller* caller;  ///< nullptr: canceled
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
  /// Returns the first job that may start now.
  std::deque<Job>::iterator next_job();
  /// Returns when the first job may start that waits for the end of its origin's pause; at most `latest`.
  Clock::time_point next_start(Clock::time_point latest);
  CURLMcode drive(Lock& lock, const Caller& caller, Clock::time_point until);
  void start_jobs();
  void end(std::unordered_map<CURL*, Job>::iterator ended, CURLcode how);
  void collect_ended();
  /// Handles a 429: pauses requests to the job's origin, and halves the number of simultaneous requests to it. Several
  /// 429 for requests that ran at the same time halve it only once.
  void slow_down(const Job& job);
  void remove_given_up();
  void leave_to_another();

  const int at_once_;
  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi_;  ///< used by the driving thread, without the lock
  mutable std::mutex mutex_;                                     ///< guards all following members
  bool is_driven_ = false;
  bool is_stopped_ = false;
  std::deque<Job> jobs_;  ///< not started yet
  std::unordered_map<CURL*, Job> under_way_;
  std::unordered_map<std::string, Origin> origins_;
  std::vector<Caller*> waiting_;  ///< callers that wait while another thread drives
};

}  // namespace hubcache::http
