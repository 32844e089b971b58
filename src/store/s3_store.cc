#include "store/s3_store.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <set>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/digest.h"
#include "digest/random_id.h"
#include "fs/source.h"
#include "store/s3_upload.h"
#include "store/s3_xml.h"

namespace hubcache::store {
namespace {

using http::Method;

bool is_bucket(std::string_view name) {
  const auto is_good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return name.size() >= 3 && name.size() <= 63 && std::ranges::all_of(name, is_good) && name.front() != '.' &&
         name.back() != '.' && name.find("..") == name.npos;
}

/// Returns the prefix with a slash at its end.
Result<std::string> prefix_of(std::string_view name, std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty()) return "";
  if (!RelPath::parse(text)) {
    return Error{ErrorCode::usage, say("{} is not a store", in_quotes(name)),
                 say("the prefix must be a path without empty parts, '.' and '..': s3://bucket/prefix")};
  }
  return std::string(text) + "/";
}

/// Returns the time of "2026-12-31T23:59:59.000Z", in seconds since 1970; an Error for another format.
Result<std::int64_t> time_of(const std::string& text) {
  std::tm parts{};
  if (strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts)) return timegm(&parts);
  return Error{ErrorCode::hub, say("the store sent an invalid time: {}", in_quotes(text)), ""};
}

/// Returns the number; an Error for another text.
Result<std::uint64_t> number_of(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && !text.empty() && end == text.data() + text.size()) return number;
  return Error{ErrorCode::hub, say("the store sent an invalid number: {}", in_quotes(text)), ""};
}

constexpr std::size_t most_objects = 5'000'000;
constexpr std::uint64_t most_error_bytes = 64 << 10;

/// A listing that lacks objects would make them look unused.
Error incomplete_listing() {
  return {ErrorCode::hub, say("the store sent an incomplete listing"),
          say("check that the address is that of an S3 service, and that no proxy changes its answers")};
}

/// Notices a listing that goes round in a circle, or never gets further: each page must begin elsewhere. The order of
/// the keys says nothing, because not every service sorts them.
class Pages {
 public:
  /// `next`: the name of the next page; `first_key`: the first key of this one, "" if it has none.
  bool goes_further(const std::string& next, const std::string& first_key) {
    empty_ = first_key.empty() ? empty_ + 1 : 0;
    const bool is_new = first_key.empty() || first_keys_.insert(first_key).second;
    return names_.insert(next).second && is_new && empty_ <= most_empty;
  }

 private:
  static constexpr int most_empty = 100;  // a service may leave out all objects of a page, removed ones for example
  std::set<std::string> names_, first_keys_;
  int empty_ = 0;
};

bool is_missing(const http::Answer& answer) {
  return answer.status == 404 && element_of(answer.body, "Error/Code") != "NoSuchBucket";
}

}  // namespace

Result<std::unique_ptr<Store>> S3Store::open(const Environment& environment, std::string_view name) {
  const std::string_view rest = name.substr(std::string_view("s3://").size());
  const auto slash = std::min(rest.find('/'), rest.size());
  const std::string bucket(rest.substr(0, slash));
  if (!is_bucket(bucket))
    return Error{ErrorCode::usage, say("{} does not name a bucket", in_quotes(name)),
                 say("name it like s3://bucket/prefix")};
  std::string prefix = TRY(prefix_of(name, rest.substr(std::min(slash + 1, rest.size()))));
  auto client = TRY(S3Client::make(environment, bucket));
  return std::unique_ptr<Store>(new S3Store(std::string(name), std::move(prefix), std::move(client)));
}

Result<std::optional<Object>> S3Store::find(const std::string& key) {
  const S3Request request{.method = Method::head, .key = prefix_ + key};
  const auto answer = TRY(client_->send(request));
  if (answer.status == 404) return std::optional<Object>();
  if (answer.status != 200 || !answer.length) return client_->unexpected(request, answer);
  return Object{key, *answer.length, 0};
}

Result<std::optional<std::string>> S3Store::get(const std::string& key, std::uint64_t most) {
  const S3Request request{.key = prefix_ + key};
  auto answer = TRY(client_->send(request, most));
  if (is_missing(answer)) return std::optional<std::string>();
  if (answer.status != 200) return client_->unexpected(request, answer);
  return std::move(answer.body);
}

Result<std::string> S3Store::get_part(const std::string& key, std::uint64_t offset, std::uint64_t size) {
  if (size == 0) return "";
  const S3Request request{.key = prefix_ + key,
                          .headers = {fmt::format("Range: bytes={}-{}", offset, offset + size - 1)}};
  auto answer = TRY(client_->send(request, std::max(size, most_error_bytes)));
  if (answer.status != 206 || answer.body.size() != size) return client_->unexpected(request, answer);
  return std::move(answer.body);
}

Result<void> S3Store::put(const std::string& key, std::string_view bytes) {
  const S3Request request{.method = Method::put, .key = prefix_ + key, .body = bytes};
  const auto answer = TRY(client_->send(request));
  if (answer.status != 200) return client_->unexpected(request, answer);
  return {};
}

/// Puts the object if the condition holds; returns false if it does not.
Result<bool> S3Store::put_if(const std::string& key, std::string_view bytes, const std::string& condition) {
  const S3Request request{.method = Method::put, .key = prefix_ + key, .headers = {condition}, .body = bytes};
  const auto answer = TRY(client_->send(request));
  if (answer.status == 200) return true;
  // 409: another conditional request for the key is being handled.
  if (answer.status == 412 || answer.status == 409) return false;
  return client_->unexpected(request, answer);
}

Result<bool> S3Store::put_new(const std::string& key, std::string_view bytes) {
  if (TRY(put_if(key, bytes, "If-None-Match: *"))) return true;
  // A request that is repeated after a failure may meet the object that its first try has made.
  const auto there = get(key, bytes.size());
  return there && *there && **there == bytes;
}

/// Some services ignore If-Match.
Result<void> S3Store::check_if_match() {
  const std::string key = "check/" + random_id();
  TRY(put(key, "1"));
  const auto was_put = put_if(key, "2", "If-Match: \"00000000000000000000000000000000\"");
  TRY(remove(key));
  if (was_put && !*was_put) return {};
  return Error{ErrorCode::usage, say("{} does not support If-Match: another publisher could come in between", name_),
               say("publish without --expect")};
}

Result<bool> S3Store::put_instead(const std::string& key, std::string_view expected, std::string_view bytes) {
  TRY(check_if_match());
  const S3Request request{.key = prefix_ + key};
  const auto has = [&](const http::Answer& answer) { return answer.status == 200 && answer.body == expected; };
  const auto answer = TRY(client_->send(request));
  if (answer.status != 200 && !is_missing(answer)) return client_->unexpected(request, answer);
  if (!has(answer)) return false;
  if (TRY(put_if(key, bytes, "If-Match: " + answer.etag))) return true;
  // Ceph 16 compares the ETag without its quotes.
  if (!has(TRY(client_->send(request))) || answer.etag.size() < 2) return false;
  return put_if(key, bytes, "If-Match: " + answer.etag.substr(1, answer.etag.size() - 2));
}

Result<void> S3Store::put_file(const std::string& key, const FileToPut& file, hash::Counter& counter) {
  const fs::Source source = TRY(fs::open_source(file.path));
  TRY(check_state(source, file));
  const std::uint64_t size = file.state.stamp.size;
  if (size <= part_bytes) return put_whole(key, file, source, counter);
  TRY(upload_in_parts(*client_, prefix_ + key, file, source, {memory_, senders_}, counter));
  const auto there = TRY(find(key));
  if (there && there->size == size) return {};
  return Error{ErrorCode::hub, say("the store does not have {} after its upload", in_quotes(key)),
               say("hubcache store check STORE tells what works with this store")};
}

/// The service compares the SHA-256 of what it gets, so its answer says that the object is there.
Result<void> S3Store::put_whole(const std::string& key, const FileToPut& file, const fs::Source& source,
                                hash::Counter& counter) {
  const std::uint64_t size = file.state.stamp.size;
  const Budget::Share share(memory_, size);
  const std::string bytes = TRY(read_part(source, file, 0, size));
  const std::string digest = digest::sha256_hex(bytes);
  if (digest != file.sha256.id().str()) return changed_meanwhile(file);
  const S3Request request{.method = Method::put, .key = prefix_ + key, .body = bytes, .payload = digest};
  const auto answer = TRY(client_->send(request));
  if (answer.status != 200) return client_->unexpected(request, answer);
  counter += size;
  return {};
}

Result<std::vector<Object>> S3Store::list(const std::string& prefix) {
  std::vector<Object> objects;
  Pages pages;
  for (std::string token;;) {
    S3Request request{.query = {{"list-type", "2"}, {"prefix", prefix_ + prefix}}};
    if (!token.empty()) request.query.emplace_back("continuation-token", token);
    const auto answer = TRY(client_->send(request));
    if (answer.status != 200) return client_->unexpected(request, answer);
    std::string key, size, time, next, goes_on, first_key;
    std::optional<Error> failure;
    TRY(read_xml(answer.body, [&](std::string_view path, const std::string& text) {
      if (path == "ListBucketResult/Contents/Key") key = text;
      if (path == "ListBucketResult/Contents/Size") size = text;
      if (path == "ListBucketResult/Contents/LastModified") time = text;
      if (path == "ListBucketResult/NextContinuationToken") next = text;
      if (path == "ListBucketResult/IsTruncated") goes_on = text;
      if (path != "ListBucketResult/Contents") return;
      if (first_key.empty()) first_key = key;
      const auto bytes = number_of(size);
      const auto when = time_of(time);
      if (!bytes || !when) failure = bytes ? when.error() : bytes.error();
      else if (key.starts_with(prefix_)) objects.push_back({key.substr(prefix_.size()), *bytes, *when});
    }));
    if (failure) return *failure;
    const bool is_last = goes_on == "false" && next.empty();
    const bool is_right = is_last || (goes_on == "true" && !next.empty() && pages.goes_further(next, first_key));
    if (!is_right || objects.size() > most_objects) return incomplete_listing();
    if (is_last) break;
    token = next;
  }
  std::ranges::sort(objects, {}, &Object::key);
  return objects;
}

Result<void> S3Store::remove(const std::string& key) {
  const S3Request request{.method = Method::erase, .key = prefix_ + key};
  const auto answer = TRY(client_->send(request));
  if (answer.status == 200 || answer.status == 204 || is_missing(answer)) return {};
  return client_->unexpected(request, answer);
}

Result<std::uint64_t> S3Store::remove_unfinished(std::int64_t time, bool only_count) {
  std::set<std::pair<std::string, std::string>> uploads;  // key and id
  Pages pages;
  for (std::string key_marker, id_marker;;) {
    S3Request request{.query = {{"uploads", ""}, {"prefix", prefix_ + "blobs/"}}};
    if (!key_marker.empty()) {
      request.query.emplace_back("key-marker", key_marker);
      request.query.emplace_back("upload-id-marker", id_marker);
    }
    const auto answer = TRY(client_->send(request));
    if (answer.status != 200) return client_->unexpected(request, answer);
    std::string key, id, began, next_key, next_id, first;
    bool goes_on = false;
    TRY(read_xml(answer.body, [&](std::string_view path, const std::string& text) {
      if (path == "ListMultipartUploadsResult/Upload/Key") key = text;
      if (path == "ListMultipartUploadsResult/Upload/UploadId") id = text;
      if (path == "ListMultipartUploadsResult/Upload/Initiated") began = text;
      if (path == "ListMultipartUploadsResult/IsTruncated") goes_on = text == "true";
      if (path == "ListMultipartUploadsResult/NextKeyMarker") next_key = text;
      if (path == "ListMultipartUploadsResult/NextUploadIdMarker") next_id = text;
      if (path != "ListMultipartUploadsResult/Upload") return;
      if (first.empty()) first = key + "\n" + id;
      if (!key.starts_with(prefix_ + "blobs/")) return;
      const auto when = time_of(began);
      if (when && *when < time) uploads.emplace(key, id);
    }));
    if (!goes_on || (next_key == key_marker && next_id == id_marker)) break;
    if (!pages.goes_further(next_key + "\n" + next_id, first)) return incomplete_listing();
    key_marker = next_key;
    id_marker = next_id;
  }
  for (const auto& [key, id] : uploads) {
    if (only_count) continue;
    const S3Request request{.method = Method::erase, .key = key, .query = {{"uploadId", id}}};
    const auto answer = TRY(client_->send(request));
    if (answer.status != 204 && answer.status != 200 && answer.status != 404)
      return client_->unexpected(request, answer);
  }
  return uploads.size();
}

Result<std::int64_t> S3Store::now() {
  const S3Request request{.method = Method::head, .key = prefix_ + "gc/"};
  const auto answer = TRY(client_->send(request));
  if (answer.status != 200 && answer.status != 404) return client_->unexpected(request, answer);
  const std::time_t time = curl_getdate(answer.date.c_str(), nullptr);
  return time > 0 ? time : std::time(nullptr);
}

}  // namespace hubcache::store
