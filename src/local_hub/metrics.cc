#include "local_hub/metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include <hubcache/version.h>

#include "base/text.h"
#include "local_hub/topic.h"

namespace hubcache::local_hub {
namespace {

/// When this process started to count, in seconds since 1970.
const std::time_t started_at = std::time(nullptr);

/// Returns a label's value: names of stores are users' text.
std::string label(std::string_view value) {
  std::string text;
  for (const char c : printable(value)) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

class Text {
 public:
  /// Begins a metric. `type`: "counter", "gauge" or "histogram".
  void begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    add("# HELP hubcache_{} {}\n# TYPE hubcache_{} {}\n", name, help, name, type);
  }
  template <class Value>
  void value(Value value, const std::string& labels = "", std::string_view suffix = "") {
    add("hubcache_{}{}{} {}\n", name_, suffix, labels.empty() ? "" : "{" + labels + "}", value);
  }
  template <class Value>
  void one(std::string_view name, std::string_view type, std::string_view help, Value only) {
    begin(name, type, help);
    value(only);
  }
  template <class... Arguments>
  void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Arguments>(arguments)...);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::string_view name_;
};

void add_requests(Text& text, const Figures& figures) {
  text.begin("requests_total", "counter", "Requests by the status of the answer; none: no answer was begun.");
  for (const auto& [status, count] : figures.by_status())
    text.value(count, fmt::format("code=\"{}\"", status == 0 ? "none" : std::to_string(status)));
  text.one("sent_bytes_total", "counter", "Bytes sent to clients, with headers.", figures.all().bytes);
  text.one("cut_off_answers_total", "counter", "Answers that did not reach their end.", figures.all().cut_off);
  text.begin("request_duration_seconds", "histogram", "Time from a request to the end of its answer.");
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < figures.by_time().size(); ++i) {
    sum += figures.by_time()[i];
    const std::string limit = i < Figures::limits.size() ? fmt::format("{}", Figures::limits[i]) : "+Inf";
    text.value(sum, fmt::format("le=\"{}\"", limit), "_bucket");
  }
  text.value(figures.total_time(), "", "_sum");
  text.value(sum, "", "_count");
}

void add_repos(Text& text, const Figures& figures) {
  const auto add = [&](std::string_view name, std::string_view help, std::uint64_t Figures::Count::* number) {
    text.begin(name, "counter", help);
    for (const auto& [topic, count] : figures.of_repos()) {
      const Topic parts = parts_of(topic);
      text.value(count.*number, fmt::format("type=\"{}\",repo=\"{}\"", label(parts.type), label(parts.repo)));
    }
  };
  add("repo_requests_total", "Requests about a repo that the hub serves.", &Figures::Count::requests);
  add("repo_sent_bytes_total", "Bytes of the answers about a repo; without redirects.", &Figures::Count::bytes);
  add("repo_errors_total", "Answers about a repo with a status from 500 on.", &Figures::Count::errors);
}

void add_stores(Text& text, const HubState& state) {
  text.begin("store_up", "gauge", "Whether the store has answered its last question.");
  for (const auto& store : state.stores)
    text.value(store.state.is_answering ? 1 : 0, fmt::format("store=\"{}\"", label(store.name)));
  text.begin("store_failures_total", "counter", "Questions that the store did not answer.");
  for (const auto& store : state.stores)
    text.value(store.state.failures, fmt::format("store=\"{}\"", label(store.name)));
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// The names that Prometheus' client libraries use for every process.
void add_process(Text& text) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  text.add(
      "# HELP process_cpu_seconds_total CPU time of the process.\n# TYPE process_cpu_seconds_total counter\n"
      "process_cpu_seconds_total {}\n",
      seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
  text.add(
      "# HELP process_resident_memory_bytes Memory of the process.\n# TYPE process_resident_memory_bytes gauge\n"
      "process_resident_memory_bytes {}\n",
      resident_bytes());
  text.add(
      "# HELP process_start_time_seconds Start of the process.\n# TYPE process_start_time_seconds gauge\n"
      "process_start_time_seconds {}\n",
      started_at);
}

}  // namespace

std::string metrics_text(const Figures& figures, const HubState& state) {
  Text text;
  text.begin("build_info", "gauge", "The version of hubcache.");
  text.value(1, fmt::format("version=\"{}\"", label(version())));
  add_requests(text, figures);
  add_repos(text, figures);
  text.one("connections", "gauge", "Open connections of clients.", state.connections);
  text.one("clients", "gauge", "Client addresses in the last five minutes.", figures.clients());
  text.one("draining", "gauge", "Whether the hub is ending.", state.is_draining ? 1 : 0);
  text.one("access_log_lost_lines_total", "counter", "Lines that the access log lost.", state.lost_lines);
  if (!state.stores.empty()) add_stores(text, state);
  add_process(text);
  return text.take();
}

}  // namespace hubcache::local_hub
