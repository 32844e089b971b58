#include "local_hub/published_list.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "base/many_jobs.h"
#include "base/try.h"
#include "published/refs.h"

namespace hubcache::local_hub {
namespace {

constexpr std::chrono::seconds listed_for(10);
constexpr std::size_t most_entries = 2000;  // of a store
constexpr unsigned at_once = 8;

}  // namespace

void PublishedList::get(Then then) {
  if (known_ && Clock::now() - known_at_ < listed_for) return then(known_);
  waiting_.push_back(std::move(then));
  if (waiting_.size() > 1) return;
  aside_.post([this, before = known_] {
    const auto found = std::make_shared<const All>(look(before));
    boost::asio::post(io_, [this, found] {
      known_ = found;
      known_at_ = Clock::now();
      for (const Then& one : std::exchange(waiting_, {})) one(found);
    });
  });
}

PublishedList::All PublishedList::look(const std::shared_ptr<const All>& before) const {
  All all;
  for (std::size_t number = 0; number < stores_.size(); ++number) {
    auto found = look_at(number);
    if (found) {
      all.push_back(*std::move(found));
      continue;
    }
    all.push_back(before ? (*before)[number] : OfStore{});
    all.back().problem = found.error().message;
  }
  return all;
}

Result<PublishedList::OfStore> PublishedList::look_at(std::size_t number) const {
  store::Store& store = *stores_[number];
  OfStore found;
  for (const store::Object& object : TRY(store.list(published::repos_prefix))) {
    const auto key = published::parse_repo_key(object.key);
    if (!key || !key->revision) continue;
    if (found.entries.size() < most_entries) found.entries.push_back({key->repo, key->revision->str(), number});
    else ++found.left_out;
  }
  const auto read = [&](std::size_t i) -> Result<void> {
    Entry& entry = found.entries[i];
    auto ref = published::read_ref(store, entry.repo, TRY(Revision::parse(entry.revision)));
    if (!ref && ref.error().code == ErrorCode::hub) return ref.error();
    if (ref) entry.ref = *std::move(ref);
    else entry.problem = ref.error().message;
    return {};
  };
  TRY(do_many(found.entries.size(), at_once, read, {.stop = [&] { store.stop(); }}));
  std::erase_if(found.entries, [](const Entry& one) { return !one.ref && one.problem.empty(); });  // removed meanwhile
  return found;
}

}  // namespace hubcache::local_hub
