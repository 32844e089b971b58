// PaddleX and PaddleOCR with models of ModelScope (PADDLE_PDX_MODEL_SOURCE=modelscope).
#include "hubs/paddle/paddlex.h"
#include "base/language.h"

#include "hubs/modelscope/hub.h"
#include "hubs/modelscope/layout.h"
#include "hubs/modelscope/rules.h"
#include "hubs/modelscope/target.h"

namespace hubcache::hub {
namespace {

using modelscope_parts::local_dir_place;

/// _ModelScopeModelHoster requests PaddlePaddle/<name> (3.7.2).
constexpr std::string_view owner = "PaddlePaddle";

struct PaddleXLayout final : ModelScopeLayout {
  Description describe(const Environment& environment) const override {
    return {(paddle::paddlex_folder(environment) / "<name>").native(),
            paddle::paddlex_variable(environment),
            {"paddlex", "paddleocr", "modelscope"},
            translated("3.2.0: as modelscope, with local_dir; from 3.2.1 on the folder as it is, whatever is in it")};
  }
  Result<Place> locate(const Environment& environment, RepoType, const RepoId& id) const override {
    return paddle::paddlex_place(environment, id, local_dir_place);
  }
  Places places(const Environment& environment, RepoType type) const override {
    if (type != RepoType::model) return {};
    return paddle::paddlex_places(environment, owner, local_dir_place);
  }
  bool is_usual_for(const RepoId& id) const override { return id.owner() == owner && id.name().starts_with("PP-"); }
};

}  // namespace

const Target& modelscope_paddlex() {
  static const PaddleXLayout layout;
  static const ModelScopeRules rules("PaddleX 3.2.0");
  static const Target target{.name = "ms-paddlex",
                             .hub = modelscope_hub,
                             .words = {.client = {"PaddleX"}, .usual_clients = marked("PaddleX and PaddleOCR")},
                             .layout = layout,
                             .rules = rules,
                             .shared_name = "paddlex"};
  return target;
}

}  // namespace hubcache::hub
