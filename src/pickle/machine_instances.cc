// The opcodes for classes and their instances, for Instances::as_dicts.
#include "base/language.h"
#include "pickle/machine.h"

namespace hubcache::pickle {

/// Replaces the lines with the module and the name by a class.
bool Machine::push_parsed_class() {
  std::string_view module, name;
  return read_line(module) && read_line(name) && push(graph_.add_none());
}

/// Replaces the module and the name on the stack by a class.
bool Machine::push_class() {
  const auto operands = stack_.top(2);
  if (!operands) return fail(marked("a class without its name"));
  for (const Ref name : *operands) {
    if (graph_.kind(name) != Kind::text) return fail(marked("a class whose name is not a text"));
  }
  return stack_.drop(2) && push(graph_.add_none());
}

/// Replaces a class and its arguments by an instance without a state.
bool Machine::make_instance() {
  const auto operands = stack_.top(2);
  if (!operands) return fail(marked("an instance without its class"));
  if (graph_.kind(operands->back()) != Kind::tuple) return fail(marked("an instance whose arguments are not a tuple"));
  return stack_.drop(2) && push(graph_.add_container(Kind::dict, {}));
}

/// Adds the state on the stack to the instance below it.
bool Machine::set_state() {
  const auto operands = stack_.top(2);
  if (!operands) return fail(marked("a state without its instance"));
  const Ref instance = operands->front(), state = operands->back();
  if (graph_.kind(instance) != Kind::dict || graph_.kind(state) != Kind::dict)
    return fail(marked("a state that is not a dict"));
  const auto items = graph_.items(state);
  graph_.append(instance, std::vector<Ref>(items.begin(), items.end()));
  return stack_.drop(1);
}

}  // namespace hubcache::pickle
