#include "store/s3_upload.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "base/language.h"
#include "base/text.h"
#include "base/threads.h"
#include "base/try.h"
#include "digest/digest.h"
#include "fs/stamp.h"
#include "fs/system_error.h"
#include "store/read_at.h"
#include "store/s3_xml.h"

namespace hubcache::store {
namespace {

using http::Method;

constexpr std::uint64_t most_parts = 10'000;
constexpr unsigned at_once = 4;
constexpr const char* parts_per_page = "1000";

std::string md5_of(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) return "";
  return to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

std::string without_quotes(std::string_view etag) {
  while (etag.starts_with('"')) etag.remove_prefix(1);
  while (etag.ends_with('"')) etag.remove_suffix(1);
  return std::string(etag);
}

/// The upload of one file.
class Upload {
 public:
  Upload(S3Client& client, const std::string& key, const FileToPut& file, const fs::Source& source, UploadLimits limits,
         hash::Counter& counter)
      : client_(client), key_(key), file_(file), source_(source), limits_(limits), counter_(counter) {}

  /// Another publisher may use the same interrupted upload, and complete it first.
  Result<void> run() {
    id_ = TRY(find());
    if (!id_.empty()) {
      const auto done = send_and_complete();
      if (done || done.error().code != ErrorCode::hub) return done;
    }
    there_.clear();
    id_ = TRY(begin());
    return send_and_complete();
  }

 private:
  Result<void> send_and_complete() {
    const std::uint64_t before = counter_;
    if (auto sent = send_parts(); !sent) {
      counter_ = before;
      return sent;
    }
    if (const auto state = check_state(source_, file_); !state) {
      TRY(abort());
      return state.error();
    }
    return complete();
  }

  S3Request request(Method method, Fields query) const {
    return {.method = method, .key = key_, .query = std::move(query)};
  }

  /// Sends a request that has to be answered by 200 or 204.
  Result<http::Answer> ask(const S3Request& request) {
    auto answer = TRY(client_.send(request));
    // A service may answer 200 before it knows the outcome, and name the failure in the body.
    const bool has_failed = !element_of(answer.body, "Error/Code").empty();
    if ((answer.status == 200 || answer.status == 204) && !has_failed) return answer;
    return client_.unexpected(request, answer);
  }

  /// Returns the id of an interrupted upload of the same content; "" if there is none.
  Result<std::string> find() {
    const auto answer = TRY(ask({.query = {{"uploads", ""}, {"prefix", key_}}}));
    std::string key, id, found;
    TRY(read_xml(answer.body, [&](std::string_view path, const std::string& text) {
      if (path == "ListMultipartUploadsResult/Upload/Key") key = text;
      if (path == "ListMultipartUploadsResult/Upload/UploadId") id = text;
      if (path == "ListMultipartUploadsResult/Upload" && key == key_) found = id;
    }));
    return !found.empty() && list_parts(found) ? found : "";
  }

  Result<std::string> begin() {
    const auto begun = TRY(ask(request(Method::post, {{"uploads", ""}})));
    std::string new_id = element_of(begun.body, "InitiateMultipartUploadResult/UploadId");
    if (new_id.empty()) return Error{ErrorCode::hub, say("the store began an upload without an id"), ""};
    return new_id;
  }

  /// Reads which parts an interrupted upload has.
  Result<void> list_parts(const std::string& id) {
    for (std::string marker;;) {
      Fields query = {{"uploadId", id}, {"max-parts", parts_per_page}};
      if (!marker.empty()) query.emplace_back("part-number-marker", marker);
      const auto answer = TRY(ask(request(Method::get, std::move(query))));
      std::string number, etag, next;
      bool goes_on = false;
      TRY(read_xml(answer.body, [&](std::string_view path, const std::string& text) {
        if (path == "ListPartsResult/Part/PartNumber") number = text;
        if (path == "ListPartsResult/Part/ETag") etag = without_quotes(text);
        if (path == "ListPartsResult/Part") there_[number] = etag;
        if (path == "ListPartsResult/IsTruncated") goes_on = text == "true";
        if (path == "ListPartsResult/NextPartNumberMarker") next = text;
      }));
      if (!goes_on || next == marker) return {};
      marker = next;
    }
  }

  Result<void> send_parts() {
    etags_.assign((size() + part_size() - 1) / part_size(), "");
    next_ = 0;
    has_failed_ = false;
    const auto work = [this] {
      for (std::string buffer;;) {
        const std::size_t index = next_++;
        if (index >= etags_.size() || has_failed_) return;
        auto etag = send_part(index, buffer);
        if (etag) {
          etags_[index] = *std::move(etag);
          continue;
        }
        const std::lock_guard lock(mutex_);
        if (!has_failed_.exchange(true)) failure_ = std::move(etag).error();
      }
    };
    {
      // A service takes long to complete an upload; meanwhile, the next file's parts are sent.
      const Budget::Share turn(limits_.senders, 1);
      Threads threads;
      while (threads.size() + 1 < at_once && threads.start(work)) {
      }
      work();
    }
    if (has_failed_) return failure_;
    return {};
  }

  Result<std::string> send_part(std::size_t index, std::string& part) {
    const std::uint64_t offset = index * part_size();
    const std::uint64_t bytes = std::min(part_size(), size() - offset);
    const Budget::Share share(limits_.memory, bytes);
    part = TRY(read_part(source_, file_, offset, bytes, std::move(part)));
    const std::string number = std::to_string(index + 1);
    const auto there = there_.find(number);
    if (there != there_.end() && there->second == md5_of(part)) {
      counter_ += bytes;
      return "\"" + there->second + "\"";
    }
    S3Request to_send = request(Method::put, {{"partNumber", number}, {"uploadId", id_}});
    to_send.body = part;
    const auto answer = TRY(ask(to_send));
    counter_ += bytes;
    return answer.etag;
  }

  Result<void> complete() {
    std::string body = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
    for (std::size_t index = 0; index < etags_.size(); ++index) {
      body += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>\"{}\"</ETag></Part>", index + 1,
                          without_quotes(etags_[index]));
    }
    body += "</CompleteMultipartUpload>";
    S3Request to_send = request(Method::post, {{"uploadId", id_}});
    to_send.body = body;
    TRY(ask(to_send));
    return {};
  }

  Result<void> abort() {
    TRY(ask(request(Method::erase, {{"uploadId", id_}})));
    return {};
  }

  std::uint64_t size() const { return file_.state.stamp.size; }
  std::uint64_t part_size() const { return part_size_of(size()); }

  S3Client& client_;
  const std::string& key_;
  const FileToPut& file_;
  const fs::Source& source_;
  const UploadLimits limits_;
  hash::Counter& counter_;
  std::string id_;
  std::map<std::string, std::string> there_;  ///< MD5 of the parts that the service has, by number
  std::vector<std::string> etags_;            ///< of the parts, in order
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> has_failed_ = false;
  std::mutex mutex_;
  Error failure_;
};

}  // namespace

std::uint64_t part_size_of(std::uint64_t file_size) {
  constexpr std::uint64_t mebibyte = 1 << 20;
  const std::uint64_t least = (file_size + most_parts - 1) / most_parts;
  return std::max(part_bytes, (least + mebibyte - 1) / mebibyte * mebibyte);
}

Result<std::string> read_part(const fs::Source& source, const FileToPut& file, std::uint64_t offset, std::uint64_t size,
                              std::string buffer) {
  std::string bytes = TRY(read_at(source, file.path, offset, size, std::move(buffer)));
  if (bytes.size() < size) return changed_meanwhile(file);
  return bytes;
}

Result<void> check_state(const fs::Source& source, const FileToPut& file) {
  struct stat status;
  if (fstat(source.file.get(), &status) != 0)
    return fs::system_error(errno, say("read {}", in_quotes(file.path.native())));
  if (hash::FileState{status.st_dev, fs::stamp_of(status)} != file.state) return changed_meanwhile(file);
  return {};
}

Result<void> upload_in_parts(S3Client& client, const std::string& key, const FileToPut& file, const fs::Source& source,
                             UploadLimits limits, hash::Counter& counter) {
  return Upload(client, key, file, source, limits, counter).run();
}

}  // namespace hubcache::store
