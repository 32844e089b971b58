// The API of ModelScope's hub: answers the requests of modelscope from 1.38 on for listings, revisions and files of
// adopted repos. Earlier versions force https and the hub's own name, so they do not reach the local hub.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/dialect.h"

namespace hubcache::hub {

class ModelScopeDialect final : public Dialect {
 public:
  std::vector<std::pair<std::string, std::string>> variables(const std::string& root) const override;
  bool needs_digests(const Environment&) const override { return false; }
  std::string_view prefix() const override { return "/modelscope"; }
  void handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) override;
};

}  // namespace hubcache::hub
