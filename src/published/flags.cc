#include "published/flags.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/random_id.h"
#include "fs/file.h"
#include "published/keys.h"

namespace hubcache::published {
namespace {

using namespace std::chrono_literals;

constexpr auto renewal = 1h;
constexpr auto longest_trust = 20h;  // less than the time for which a flag counts
constexpr auto longest_wait = 10min;
constexpr auto pause = 2s;

/// Returns the first line of a small file of the system; "" if it cannot be read.
std::string system_line(const std::string& file) {
  const auto text = fs::read_file(std::filesystem::path(file), 4096);
  return text ? text->substr(0, text->find('\n')) : "";
}

/// Identifies this machine since its last start, and the processes that have numbers of the same kind.
std::string machine_id() {
  std::error_code problem;
  const auto processes = std::filesystem::read_symlink("/proc/self/ns/pid", problem);
  return system_line("/proc/sys/kernel/random/boot_id") + " " + processes.native();
}

/// Returns when a process was started, in the kernel's ticks; "" if there is no such process.
std::string start_of(const std::string& process) {
  const std::string line = system_line("/proc/" + process + "/stat");
  std::istringstream rest(line.substr(std::min(line.rfind(')'), line.size())));
  std::string word;
  for (int field = 2; field <= 22 && rest >> word; ++field) continue;
  return word;
}

/// Returns the content of a flag: a line for people, and what is_over() needs.
std::string owner_text() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  const std::string process = std::to_string(getpid());
  return fmt::format("host {}, process {}\n{}\n{}\n{}\n", printable(host.data()), process, machine_id(), process,
                     start_of(process));
}

/// Whether the process of a flag ran on this machine and has ended.
bool is_over(const std::string& owner) {
  std::istringstream lines(owner);
  std::string person, machine, process, start;
  std::getline(lines, person);
  std::getline(lines, machine);
  std::getline(lines, process);
  std::getline(lines, start);
  const bool is_number = !process.empty() && process.find_first_not_of("0123456789") == process.npos;
  return is_number && !start.empty() && machine == machine_id() && start_of(process) != start;
}

/// Returns the objects with the prefix whose flags count.
Result<std::vector<store::Object>> standing(store::Store& store, const std::string& prefix) {
  const auto objects = TRY(store.list(prefix));
  const std::int64_t now = objects.empty() ? 0 : TRY(store.now());
  std::vector<store::Object> found;
  for (const store::Object& object : objects) {
    if (now - object.time >= flag_seconds) continue;
    const auto owner = TRY(store.get(object.key, 4096));
    if (!owner) continue;  // removed meanwhile
    if (is_over(*owner)) TRY(store.remove(object.key));
    else found.push_back(object);
  }
  return found;
}

Error is_locked(store::Store& store, const std::string& key, const std::string& what) {
  const auto owner = store.get(key, 4096);
  const std::string by = owner && *owner ? say(" ({})", printable((*owner)->substr(0, (*owner)->find('\n')))) : "";
  return {ErrorCode::conflict, say("{}{} in {}", what, by, printable(store.name())),
          say("wait until it has ended; if that process was killed, remove {} from the store", printable(key))};
}

}  // namespace

Result<std::unique_ptr<PublishingFlag>> PublishingFlag::set(store::Store& store,
                                                            const std::function<void(std::string_view)>& tell) {
  std::unique_ptr<PublishingFlag> flag(new PublishingFlag(store, publishing_prefix + random_id()));
  TRY(store.put(flag->key_, owner_text()));
  for (bool has_told = false;; has_told = true) {
    const auto collections = TRY(standing(store, gc_prefix));
    if (collections.empty()) return flag;
    if (std::chrono::system_clock::now() - flag->set_at_ > longest_wait)
      return is_locked(store, collections.front().key, say("garbage is being collected"));
    if (tell && !has_told) tell(say("waiting until the garbage collection in {} has ended", printable(store.name())));
    TRY(check_not_cancelled());
    std::this_thread::sleep_for(pause);
  }
}

namespace {

/// Removes a flag, also if the caller has cancelled. If that fails, the flag ceases to count after a day.
void remove_flag(store::Store& store, const std::string& key) {
  const CancelScope goes_on([] { return false; });
  static_cast<void>(store.remove(key));
}

}  // namespace

PublishingFlag::~PublishingFlag() { remove_flag(store_, key_); }

Result<void> PublishingFlag::renew() {
  if (std::chrono::system_clock::now() - set_at_ < renewal) return {};
  TRY(check());
  set_at_ = std::chrono::system_clock::now();
  return store_.put(key_, owner_text());
}

Result<void> PublishingFlag::check() const {
  if (std::chrono::system_clock::now() - set_at_ < longest_trust) return {};
  return Error{ErrorCode::conflict,
               say("publishing was stopped for so long that contents may have been removed meanwhile"),
               say("run the command again")};
}

Result<std::unique_ptr<CollectingFlag>> CollectingFlag::set(store::Store& store) {
  std::unique_ptr<CollectingFlag> flag(new CollectingFlag(store, gc_prefix + random_id()));
  TRY(store.put(flag->key_, owner_text()));
  for (const store::Object& other : TRY(standing(store, gc_prefix))) {
    if (other.key != flag->key_) return is_locked(store, other.key, say("another garbage collection runs"));
  }
  if (const auto publishers = TRY(standing(store, publishing_prefix)); !publishers.empty())
    return is_locked(store, publishers.front().key, say("a repo is being published"));
  return flag;
}

CollectingFlag::~CollectingFlag() { remove_flag(store_, key_); }

Result<void> CollectingFlag::check() const {
  if (std::chrono::system_clock::now() - set_at_ < longest_trust) return {};
  return Error{ErrorCode::failed, say("the garbage collection takes too long"), say("run the command again")};
}

}  // namespace hubcache::published
