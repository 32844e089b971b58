#include "published/upload.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <numeric>

#include "base/language.h"
#include "base/many_jobs.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/hasher.h"

namespace hubcache::published {
namespace {

constexpr unsigned transfers_at_once = 16, reads_at_once = 4;
constexpr std::uint64_t piece_bytes = 16 << 20;

/// Returns the numbers of the files with different contents, the largest first: they take longest.
std::vector<std::size_t> different_contents(const std::vector<StoredFile>& files) {
  std::map<std::string, std::size_t> by_key;
  for (std::size_t number = 0; number < files.size(); ++number) by_key.emplace(blob_key(files[number].sha256), number);
  std::vector<std::size_t> numbers;
  numbers.reserve(by_key.size());
  for (const auto& [key, number] : by_key) numbers.push_back(number);
  std::ranges::stable_sort(numbers, std::greater(), [&](std::size_t number) { return files[number].size; });
  return numbers;
}

/// The sums for a progress bar, to which several threads add.
struct Counts {
  hash::Counter bytes = 0;
  std::atomic<std::uint64_t> files = 0;
};

Progress progress_of(const Counts& counts, std::uint64_t all_bytes, std::size_t all_files) {
  return {.bytes = counts.bytes, .all_bytes = all_bytes, .files = counts.files, .all_files = all_files};
}

}  // namespace

Result<Uploaded> upload_missing(store::Store& store, const std::filesystem::path& folder, const GatheredFiles& gathered,
                                PublishingFlag* flag, bool only_count,
                                const std::function<void(const Progress&)>& progress) {
  const auto& files = gathered.files;
  const std::vector<std::size_t> numbers = different_contents(files);
  std::vector<char> is_there(numbers.size());
  const auto renew = [&] -> Result<void> { return flag ? flag->renew() : Result<void>(); };
  TRY(do_many(numbers.size(), transfers_at_once,
              [&](std::size_t index) -> Result<void> {
                const StoredFile& file = files[numbers[index]];
                const auto object = TRY(store.find(blob_key(file.sha256)));
                is_there[index] = object && object->size == file.size;
                return {};
              },
              {renew, [&] { store.stop(); }}));
  std::vector<std::size_t> missing;
  Uploaded uploaded;
  for (std::size_t index = 0; index < numbers.size(); ++index) {
    if (is_there[index]) continue;
    missing.push_back(numbers[index]);
    uploaded.bytes += files[numbers[index]].size;
  }
  uploaded.files = missing.size();
  if (only_count) return uploaded;
  Counts counts;
  const auto tell = [&] -> Result<void> {
    if (progress) progress(progress_of(counts, uploaded.bytes, missing.size()));
    return renew();
  };
  const auto send = [&](std::size_t index) -> Result<void> {
    const std::size_t number = missing[index];
    const StoredFile& file = files[number];
    TRY(store.put_file(blob_key(file.sha256), {folder / file.path.str(), gathered.states[number], file.sha256},
                       counts.bytes));
    ++counts.files;
    return {};
  };
  TRY(do_many(missing.size(), transfers_at_once, send, {tell, [&] { store.stop(); }}));
  return uploaded;
}

Result<void> verify_contents(store::Store& store, const std::vector<StoredFile>& files,
                             const std::function<void(const Progress&)>& progress) {
  const std::vector<std::size_t> numbers = different_contents(files);
  std::uint64_t all_bytes = 0;
  for (const std::size_t number : numbers) all_bytes += files[number].size;
  Counts counts;
  const auto tell = [&] -> Result<void> {
    if (progress) progress(progress_of(counts, all_bytes, numbers.size()));
    return {};
  };
  const auto read_back = [&](std::size_t index) -> Result<void> {
    const StoredFile& file = files[numbers[index]];
    const std::string key = blob_key(file.sha256);
    digest::Hasher hasher(digest::Algorithm::sha256);
    hasher.start();
    for (std::uint64_t offset = 0; offset < file.size; offset += piece_bytes) {
      const std::string piece = TRY(store.get_part(key, offset, std::min(piece_bytes, file.size - offset)));
      hasher.add(piece);
      counts.bytes += piece.size();
    }
    ++counts.files;
    if (hasher.finish<Sha256>() == file.sha256) return {};
    return Error{ErrorCode::failed, say("{} has a damaged object: {}", printable(store.name()), key),
                 say("remove the object, then publish again")};
  };
  return do_many(numbers.size(), reads_at_once, read_back, {tell, [&] { store.stop(); }});
}

}  // namespace hubcache::published
