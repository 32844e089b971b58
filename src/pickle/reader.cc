#include "pickle/reader.h"

#include "base/language.h"
#include "base/try.h"
#include "pickle/machine.h"
#include "pickle/tree.h"

namespace hubcache::pickle {
namespace {

/// Limit for copies of shared texts, in bytes: many times the size of an index's two keys, but too small for a bomb.
constexpr std::size_t shared_text = 64 << 20;

class Reader {
 public:
  explicit Reader(std::string_view bytes, Instances instances = Instances::refused)
      : machine_(bytes, instances), copier_(machine_.graph(), bytes.size() + shared_text) {}

  Result<Ref> root() {
    if (const auto root = machine_.run()) return *root;
    return unreadable(machine_.fault());
  }
  Result<Value> value() {
    Value value;
    TRY(copy(TRY(root()), value));
    return value;
  }
  Result<std::span<const Ref>> items(Ref object) const {
    const Graph& graph = machine_.graph();
    const Kind kind = graph.kind(object);
    if (kind == Kind::list || kind == Kind::tuple) return graph.items(object);
    if (kind == Kind::dict && graph.items(object).empty()) return graph.items(object);
    return unreadable(marked("it is not a list"));
  }
  Result<void> copy(Ref object, Value& out) {
    if (copier_.copy(object, out)) return {};
    return unreadable(copier_.fault());
  }

 private:
  Error unreadable(const char* fault) const {
    return {ErrorCode::failed, say("not a pickle of plain data: {} (byte {})", translated(fault), machine_.position()),
            ""};
  }

  Machine machine_;
  TreeCopier copier_;
};

}  // namespace

Result<Value> read(std::string_view bytes) { return Reader(bytes).value(); }

Result<Value> read_instances(std::string_view bytes) { return Reader(bytes, Instances::as_dicts).value(); }

Result<void> read_list(std::string_view bytes, const std::function<void(Value&&)>& take) {
  Reader reader(bytes);
  for (const Ref item : TRY(reader.items(TRY(reader.root())))) {
    Value value;
    TRY(reader.copy(item, value));
    take(std::move(value));
  }
  return {};
}

}  // namespace hubcache::pickle
