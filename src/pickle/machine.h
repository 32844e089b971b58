// Runs the opcodes of a pickle of plain data, like CPython's C unpickler (Modules/_pickle.c: load and load_*). It is
// never more lenient: pickle.load accepts each pickle that this code accepts, with the same value.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/language.h"
#include "pickle/cursor.h"
#include "pickle/graph.h"
#include "pickle/memo.h"
#include "pickle/number.h"
#include "pickle/opcode.h"
#include "pickle/stack.h"

namespace hubcache::pickle {

/// Says how the machine treats a class and its instances.
enum class Instances {
  refused,
  as_dicts,  ///< a class is None, and an instance is the dict of its state: nothing is imported or called
};

/// Each step returns false if the pickle is invalid. (A Result would take longer than the step itself.)
class Machine {
 public:
  explicit Machine(std::string_view bytes, Instances instances = Instances::refused)
      : input_(bytes), instances_(instances), graph_(bytes.size()), memo_(bytes.size()) {}

  /// Runs up to STOP. Returns the pickle's object; nullopt, with fault() and position(), if the pickle is invalid.
  std::optional<Ref> run();

  const Graph& graph() const { return graph_; }
  const char* fault() const { return fault_; }
  std::size_t position() const { return opcode_at_; }  ///< position of the last opcode

 private:
  static constexpr const char* too_much = marked("more than 8,000,000 values");

  bool step(Op op);
  bool fail(const char* what) {
    fault_ = what;
    return false;
  }

  bool push_integer(Integer form, std::int64_t value);
  bool push_boolean_or_integer();
  bool push_long_text();
  bool push_integer_bytes(int length_width);
  bool push_unsigned(int width);
  bool push_signed_32();
  bool push_float_text();
  bool push_float_bytes();
  bool push_quoted();
  bool push_escaped();
  bool push_ascii(int length_width);
  bool push_utf8(int length_width);
  bool push_bytes(Kind kind, int length_width);

  bool build(Kind kind, std::size_t count);
  bool build_marked(Kind kind);
  bool extend(Kind kind, std::size_t count);
  bool extend_marked(Kind kind);
  bool check_items(Kind kind, std::span<const Ref> items);
  bool check_entries(std::span<const Ref> items);
  bool check_members(std::span<const Ref> items);

  bool push_parsed_class();
  bool push_class();
  bool make_instance();
  bool set_state();

  bool push(Ref object) {
    if (graph_.is_full() || stack_.is_full()) return fail(too_much);
    stack_.push(object);
    return true;
  }
  bool mark();
  bool pop();
  bool pop_marked();
  bool duplicate();

  bool remember_parsed();
  bool remember_numbered(int width);
  bool remember(std::uint64_t number);
  bool recall_parsed();
  bool recall_numbered(int width);
  bool recall(std::uint64_t number);

  bool check_protocol();
  bool enter_frame();

  bool read_number(int width, std::uint64_t& number);
  bool read_bytes(std::uint64_t size, std::string_view& bytes);
  bool read_counted(int length_width, std::string_view& bytes);
  bool read_line(std::string_view& line);
  bool read_index(std::uint64_t& index);

  Cursor input_;
  const Instances instances_;
  std::size_t opcode_at_ = 0;
  const char* fault_ = "";
  Graph graph_;
  Stack stack_;
  Memo memo_;
};

}  // namespace hubcache::pickle
