// The targets that a repo id stands for.
#include <doctest/doctest.h>

#include "adoption/sites.h"
#include "hubs/aistudio/hub.h"
#include "hubs/huggingface/hub.h"

namespace hubcache::adoption {
namespace {

using Names = std::vector<std::string>;

Result<const hub::Hub*> hub_of(Names repo_ids, Names targets) {
  auto hub = take_hub(repo_ids, targets);
  for (const std::string& id : repo_ids) CHECK((!hub || !id.starts_with("hf:")));
  return hub;
}

}  // namespace

TEST_CASE("hf: stands for Hugging Face's hub, no prefix for AI Studio's; named targets decide themselves") {
  CHECK(hub_of({}, {}).value() == nullptr);
  CHECK(hub_of({"a/b"}, {}).value() == &hub::aistudio_hub);
  CHECK(hub_of({"a/b", "c/d"}, {"hf-dir"}).value() == nullptr);
  CHECK(hub_of({"hf:a/b"}, {}).value() == &hub::huggingface_hub);
  CHECK(hub_of({"hf:a/b", "c/d"}, {"hf-dir"}).value() == nullptr);
  CHECK(default_target(&hub::huggingface_hub) == "huggingface");
  CHECK(default_target(&hub::aistudio_hub) == "aistudio");
  CHECK(id_with_hub(hub::huggingface_hub, "a/b") == "hf:a/b");
  CHECK(id_with_hub(hub::aistudio_hub, "a/b") == "a/b");
}

TEST_CASE("a name that targets of two hubs share means the target of the id's hub") {
  for (const auto& [id, expected] : {std::pair{"ms:a/b", "ms-fastdeploy"}, std::pair{"a/b", "fastdeploy"}}) {
    Names ids = {id}, targets = {"fastdeploy"};
    REQUIRE(take_hub(ids, targets).has_value());
    CHECK(targets == Names{expected});
  }
  CHECK_FALSE(hub_of({"hf:a/b"}, {"paddlex"}).has_value());
  CHECK_FALSE(hub_of({"ms:a/b"}, {"paddleformers"}).has_value());
}

TEST_CASE("hf: with a target of another hub is an error, and so is a mix of hubs") {
  for (const Names& targets : {Names{"aistudio"}, Names{"huggingface", "fastdeploy"}, Names{"nobody"}}) {
    const auto refused = hub_of({"hf:a/b"}, targets);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::usage);
    CHECK(refused.error().message.find(targets.back()) != std::string::npos);
    CHECK_FALSE(refused.error().hint.empty());
  }
  CHECK_FALSE(hub_of({"hf:a/b", "c/d"}, {}).has_value());
}

}  // namespace hubcache::adoption
