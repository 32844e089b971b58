// The local hub's services for one dialect.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/dialect.h"
#include "local_hub/local_hub.h"

namespace hubcache::local_hub {

class LocalHub::DialectServices final : public hub::Services {
 public:
  DialectServices(LocalHub& hub, const hub::Hub& real, std::string upstream);

  bool has_prefix() const { return !dialect_->prefix().empty(); }
  /// Whether the path of a request is one of the dialect's.
  bool takes(std::string_view target) const;
  void handle(const std::shared_ptr<server::Exchange>& exchange) { dialect_->handle(exchange, *this); }
  const hub::Hub& real() const { return real_; }
  std::vector<std::string> fixed_sites() const { return dialect_->fixed_sites(hub_.environment_); }
  std::string prefix() const { return std::string(dialect_->prefix()); }
  const hub::Dialect& dialect() const { return *dialect_; }

  const hub::Catalog& catalog() const override { return hub_.catalog_; }
  const hub::CatalogRepo* find(const server::Exchange& exchange, const hub::Hub& hub, std::string_view owner,
                               std::string_view name, std::optional<RepoType> type) const override;
  void send_stored(const std::shared_ptr<server::Exchange>& exchange, const hub::CatalogFile& file,
                   hub::StoredAnswer answer) override {
    hub_.stores_->contents().send(exchange, file, answer);
  }
  hub::ServedDigests& digests() override { return hub_.digests_; }
  bool is_offline() const override { return hub_.egress_ != server::Egress::free; }
  bool needs_digests() const override { return needs_digests_; }
  void pass_through(const std::shared_ptr<server::Exchange>& exchange,
                    std::function<void(const std::string&)> unreachable) override;
  void do_aside(std::function<void()> job, std::function<void()> then) override;
  const Environment& environment() const override { return hub_.environment_; }
  const std::string& upstream() const override { return upstream_; }
  void say(const std::string& line) override { hub_.say(line); }
  void say_refused(const std::string& repo) override;
  std::string root() const override { return hub_.root() + prefix(); }

 private:
  LocalHub& hub_;
  const hub::Hub& real_;
  std::unique_ptr<hub::Dialect> dialect_;
  std::string upstream_;
  bool needs_digests_;
};

}  // namespace hubcache::local_hub
