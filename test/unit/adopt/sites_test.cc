// Which target a name stands for.
#include <doctest/doctest.h>

#include "adopt/sites.h"

namespace hubcache::adoption {
namespace {

using Names = std::vector<std::string>;

Result<Names> targets_of(Names repo_ids, Names targets) {
  const auto expanded = expand_shorthand(repo_ids, targets);
  if (!expanded) return expanded.error();
  for (const std::string& id : repo_ids) CHECK_FALSE(id.starts_with("hf:"));
  return targets;
}

}  // namespace

TEST_CASE("hf: stands for the target huggingface, beside those of its hub that are named") {
  CHECK(targets_of({"a/b"}, {}).value().empty());
  CHECK(targets_of({"a/b"}, {"aistudio"}).value() == Names{"aistudio"});
  CHECK(targets_of({"hf:a/b"}, {}).value() == Names{"huggingface"});
  CHECK(targets_of({"hf:a/b", "c/d"}, {"hf-dir"}).value() == Names{"hf-dir"});
}

TEST_CASE("hf: with a target of another hub is told, and so is a mixture") {
  for (const Names& targets : {Names{"aistudio"}, Names{"huggingface", "fastdeploy"}, Names{"nobody"}}) {
    const auto refused = targets_of({"hf:a/b"}, targets);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::usage);
    CHECK(refused.error().message.find(targets.back()) != std::string::npos);
    CHECK_FALSE(refused.error().hint.empty());
  }
  CHECK_FALSE(targets_of({"hf:a/b", "c/d"}, {}).has_value());
}

}  // namespace hubcache::adoption
