// A store in a bucket of an S3 service.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "store/budget.h"
#include "store/s3_client.h"
#include "store/store.h"

namespace hubcache::store {

class S3Store final : public Store {
 public:
  /// `name`: "s3://bucket/prefix". ErrorCode::usage for a wrong name, or without credentials. Sends no request.
  static Result<std::unique_ptr<Store>> open(const Environment& environment, std::string_view name);

  std::string name() const override { return name_; }
  Result<std::optional<Object>> find(const std::string& key) override;
  Result<std::optional<std::string>> get(const std::string& key, std::uint64_t most) override;
  Result<std::string> get_part(const std::string& key, std::uint64_t offset, std::uint64_t size) override;
  Result<void> put(const std::string& key, std::string_view bytes) override;
  Result<bool> put_new(const std::string& key, std::string_view bytes) override;
  Result<bool> put_instead(const std::string& key, std::string_view expected, std::string_view bytes) override;
  /// A file of more than 16 MiB is sent in parts, four at the same time. The service verifies the SHA-256 of each
  /// request. Parts that an interrupted upload of the same key has left are used if their MD5 is right.
  Result<void> put_file(const std::string& key, const FileToPut& file, hash::Counter& counter) override;
  Result<std::vector<Object>> list(const std::string& prefix) override;
  Result<void> remove(const std::string& key) override;
  Result<std::uint64_t> remove_unfinished(std::int64_t time, bool only_count) override;
  Result<std::int64_t> now() override;
  Result<void> set_public_url(const std::string& url) override { return client_->set_public_url(url); }
  Result<std::string> url_for(const std::string& key, std::uint32_t seconds) override {
    return client_->presigned(prefix_ + key, seconds);
  }
  std::vector<Finding> try_out(const std::string& key) override;
  void stop() override { client_->stop(); }

 private:
  S3Store(std::string name, std::string prefix, std::unique_ptr<S3Client> client)
      : name_(std::move(name)), prefix_(std::move(prefix)), client_(std::move(client)) {}

  Result<void> check_if_match();
  Result<void> put_whole(const std::string& key, const FileToPut& file, const fs::Source& source,
                         hash::Counter& counter);
  Result<bool> put_if(const std::string& key, std::string_view bytes, const std::string& condition);

  std::string name_;
  std::string prefix_;  ///< "" or ends with '/'
  std::unique_ptr<S3Client> client_;
  Budget memory_{64 << 20};
  Budget senders_{1};
};

}  // namespace hubcache::store
