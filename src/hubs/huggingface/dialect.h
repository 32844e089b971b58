// The API of Hugging Face's hub: answers the requests of huggingface_hub 0.26 to 2.4 for info, tree, paths-info, refs
// and resolve of adopted repos. The answers come from this machine only: they list the adopted files, at the commit of
// the adoption.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/dialect.h"

namespace hubcache::hub {

class HuggingFaceDialect final : public Dialect {
 public:
  std::vector<std::pair<std::string, std::string>> variables(const std::string& root) const override;
  bool needs_digests(const Environment&) const override { return false; }
  std::string_view prefix() const override;
  void handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) override;
};

}  // namespace hubcache::hub
