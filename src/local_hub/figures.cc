#include "local_hub/figures.h"

#include <algorithm>

#include "server/exchange.h"

namespace hubcache::local_hub {
namespace {

constexpr std::chrono::minutes client_stays(5);
constexpr std::size_t most_clients = 10'000;

std::int64_t second_of(Figures::Clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

void count(Figures::Count& sum, const server::Ended& one) {
  ++sum.requests;
  if (one.status >= 500) ++sum.errors;
  if (!one.is_complete) ++sum.cut_off;
}

}  // namespace

Figures::DatedSecond& Figures::second_at(Clock::time_point now) {
  const std::int64_t at = second_of(now);
  DatedSecond& second = ring_[static_cast<std::size_t>(at) % ring_.size()];
  if (second.at != at) second = {{}, at};
  return second;
}

void Figures::add_bytes(std::uint64_t bytes, Clock::time_point now) {
  all_.bytes += bytes;
  second_at(now).bytes += bytes;
}

void Figures::add(const server::Ended& one, Clock::time_point now) {
  count(all_, one);
  ++second_at(now).requests;
  ++by_status_[one.status];
  const double time = std::chrono::duration<double>(one.time).count();
  ++by_time_[static_cast<std::size_t>(std::ranges::lower_bound(limits, time) - limits.begin())];
  total_time_ += time;
  see(one.exchange.client(), now);
  const std::string& topic = one.exchange.topic();
  if (topic.empty()) return;
  auto known = of_repos_.find(topic);
  if (known == of_repos_.end())
    known = of_repos_.try_emplace(of_repos_.size() < most_repos ? topic : other_repos).first;
  count(known->second, one);
  known->second.bytes += one.bytes;
}

void Figures::see(const boost::asio::ip::address& client, Clock::time_point now) {
  clients_.insert_or_assign(client, now);
  if (clients_.size() <= most_clients) return;
  std::erase_if(clients_, [&](const auto& one) { return now - one.second > client_stays; });
  if (clients_.size() > most_clients)
    clients_.erase(std::ranges::min_element(clients_, {}, [](const auto& one) { return one.second; }));
}

std::size_t Figures::clients(Clock::time_point now) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(clients_, [&](const auto& one) { return now - one.second <= client_stays; }));
}

std::vector<Figures::Second> Figures::last_minute(Clock::time_point now) const {
  std::vector<Second> minute(seconds);
  const std::int64_t end = second_of(now);
  for (const DatedSecond& second : ring_) {
    const std::int64_t age = end - second.at;
    if (second.at >= 0 && age >= 1 && age <= static_cast<std::int64_t>(seconds))
      minute[seconds - static_cast<std::size_t>(age)] = {second.requests, second.bytes};
  }
  return minute;
}

}  // namespace hubcache::local_hub
