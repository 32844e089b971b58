// The API of CSGHub's hub. csghub-sdk reaches the local hub by CSGHUB_DOMAIN.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/dialect.h"

namespace hubcache::hub {

class CsgHubDialect final : public Dialect {
 public:
  std::vector<std::pair<std::string, std::string>> variables(const std::string& root) const override;
  bool needs_digests(const Environment&) const override { return false; }
  std::string_view prefix() const override { return "/csghub"; }
  void handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) override;
};

}  // namespace hubcache::hub
