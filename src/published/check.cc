#include <hubcache/publish.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "base/caught.h"
#include "base/language.h"
#include "base/try.h"
#include "digest/random_id.h"
#include "store/store.h"

namespace hubcache {
namespace {

constexpr std::int64_t tolerated_skew = 300;  // seconds

/// Tries a store, with objects that it removes at the end.
class Trial {
 public:
  explicit Trial(store::Store& store) : store_(store) {}
  ~Trial() {
    static_cast<void>(store_.remove(key_));
    static_cast<void>(store_.remove(other_key_));
  }

  std::vector<StoreCheck> run() {
    const Result<void> written = store_.put(key_, content);
    add(say("an object is written"), written, say("nothing can be published"));
    if (!written) return std::move(checks_);
    add(say("it is read"), reads(), say("nothing can be served"));
    add(say("a part of it is read"), reads_part(), say("interrupted transfers start again"));
    add(say("it is listed"), lists(), say("store ls and store gc do not work"));
    add(say("it is not overwritten by a new object of its name"), keeps_existing(),
        say("two publishers may disturb each other"));
    add(say("it is replaced only if it is unchanged"), replaces(), say("publish --expect does not work"), false);
    for (const store::Finding& finding : store_.try_out(other_key_))
      checks_.push_back(
          {finding.what, finding.failure.empty(), finding.failure, finding.consequence, finding.is_needed});
    add(say("the clocks agree"), agrees_on_time(), say("the store refuses requests, or store gc counts wrong ages"));
    add(say("it is removed"), store_.remove(key_), say("store gc does not work"));
    return std::move(checks_);
  }

 private:
  static constexpr std::string_view content = "hubcache store check\n";

  static Error wrong(const std::string& what) { return {ErrorCode::failed, what, ""}; }

  void add(std::string what, const Result<void>& outcome, std::string consequence, bool is_needed = true) {
    checks_.push_back({std::move(what), outcome.has_value(), outcome ? "" : outcome.error().message,
                       std::move(consequence), is_needed});
  }

  Result<void> reads() {
    const auto bytes = TRY(store_.get(key_, 1024));
    if (bytes && *bytes == content) return {};
    return wrong(bytes ? say("it has other bytes") : say("it is not there"));
  }
  Result<void> reads_part() {
    if (TRY(store_.get_part(key_, 9, 5)) == content.substr(9, 5)) return {};
    return wrong(say("another part arrived"));
  }
  Result<void> lists() {
    const auto objects = TRY(store_.list("check/"));
    const bool is_listed = std::ranges::any_of(
        objects, [&](const store::Object& object) { return object.key == key_ && object.size == content.size(); });
    if (is_listed) return {};
    return wrong(say("the list lacks it"));
  }
  Result<void> keeps_existing() {
    if (TRY(store_.put_new(key_, "another\n"))) return wrong(say("it was overwritten"));
    return reads();
  }
  Result<void> replaces() {
    if (TRY(store_.put_instead(key_, "another\n", "wrong\n"))) return wrong(say("a changed object was overwritten"));
    if (!TRY(store_.put_instead(key_, content, content))) return wrong(say("an unchanged object was not replaced"));
    return {};
  }
  Result<void> agrees_on_time() {
    const std::int64_t difference = std::time(nullptr) - TRY(store_.now());
    if (std::llabs(difference) <= tolerated_skew) return {};
    return wrong(difference > 0 ? say("this machine's clock is {} s ahead of the store's", difference)
                                : say("this machine's clock is {} s behind the store's", -difference));
  }

  store::Store& store_;
  const std::string key_ = "check/" + random_id(), other_key_ = "check/" + random_id();
  std::vector<StoreCheck> checks_;
};

}  // namespace

bool StoreCheckReport::is_usable() const {
  return std::ranges::all_of(checks, [](const StoreCheck& check) { return check.works || !check.is_needed; });
}

Result<StoreCheckReport> check_store(const Environment& environment, const std::string& name) try {
  const auto store = TRY(store::open(environment, name, store::IfMissing::fail));
  return StoreCheckReport{name, Trial(*store).run()};
} catch (...) {
  return caught();
}

}  // namespace hubcache
