// PaddleX and PaddleOCR with models of AI Studio (PADDLE_PDX_MODEL_SOURCE=aistudio).
#include "hubs/paddle/paddlex.h"
#include "base/language.h"

#include "hubs/aistudio/hub.h"
#include "hubs/aistudio/layout.h"
#include "hubs/aistudio/local_dir.h"
#include "hubs/aistudio/rules.h"
#include "hubs/aistudio/targets.h"

namespace hubcache::hub {
namespace {

struct PaddleXLayout final : AiStudioLayout {
  Description describe(const Environment& environment) const override {
    return {(paddle::paddlex_folder(environment) / "<name>").native(),
            paddle::paddlex_variable(environment),
            {"paddlex", "paddleocr", "aistudio-sdk"},
            translated("3.2.0: as aistudio, with local_dir; from 3.2.1 on the folder as it is, whatever is in it")};
  }
  Result<Place> locate(const Environment& environment, RepoType, const RepoId& id) const override {
    return paddle::paddlex_place(environment, id, local_dir_place);
  }
  /// _AIStudioModelHoster requests PaddleX/<name>.
  Places places(const Environment& environment, RepoType type) const override {
    if (type != RepoType::model) return {};
    return paddle::paddlex_places(environment, "PaddleX", local_dir_place);
  }
  /// _AIStudioModelHoster requests these models of PaddleX; PaddlePaddle has copies of them.
  bool is_usual_for(const RepoId& id) const override {
    return id.owner() == "PaddleX" || (id.owner() == "PaddlePaddle" && id.name().starts_with("PP-"));
  }
};

}  // namespace

const Target& paddlex() {
  static const PaddleXLayout layout;
  static const LocalDirRules rules("PaddleX 3.2.0");
  static const Target target{.name = "paddlex",
                             .hub = aistudio_hub,
                             .words = {.client = {"PaddleX"}, .usual_clients = marked("PaddleX and PaddleOCR")},
                             .layout = layout,
                             .rules = rules,
                             .shared_name = "paddlex"};
  return target;
}

}  // namespace hubcache::hub
