#include "pickle/machine.h"

#include "base/language.h"

namespace hubcache::pickle {
namespace {

constexpr std::uint64_t highest_protocol = 5;
constexpr const char* cut_off = marked("the pickle or one of its frames is truncated");

}  // namespace

std::optional<Ref> Machine::run() {
  if (input_.left() > Graph::max_pickle) return fail(marked("more than 512 MiB")), std::nullopt;
  for (;;) {
    opcode_at_ = input_.position();
    std::uint64_t byte = 0;
    if (!read_number(1, byte)) return std::nullopt;
    const auto op = static_cast<Op>(byte);
    if (op == Op::stop) break;
    if (!step(op)) return std::nullopt;
  }
  if (!stack_.top()) fail(marked("the pickle ends without a value"));
  return stack_.top();
}

bool Machine::step(Op op) {
  const bool concerns_class = op == Op::global || op == Op::stack_global || op == Op::newobj || op == Op::build;
  if (concerns_class && instances_ == Instances::refused) return fail(refusal(static_cast<unsigned char>(op)));
  switch (op) {
    case Op::none: return push(graph_.add_none());
    case Op::newtrue: return push(graph_.add_boolean(true));
    case Op::newfalse: return push(graph_.add_boolean(false));
    case Op::int_text: return push_boolean_or_integer();
    case Op::long_text: return push_long_text();
    case Op::binint: return push_signed_32();
    case Op::binint1: return push_unsigned(1);
    case Op::binint2: return push_unsigned(2);
    case Op::long1: return push_integer_bytes(1);
    case Op::long4: return push_integer_bytes(4);
    case Op::float_text: return push_float_text();
    case Op::binfloat: return push_float_bytes();

    case Op::string: return push_quoted();
    case Op::binstring: return push_ascii(4);
    case Op::short_binstring: return push_ascii(1);
    case Op::unicode: return push_escaped();
    case Op::short_binunicode: return push_utf8(1);
    case Op::binunicode: return push_utf8(4);
    case Op::binunicode8: return push_utf8(8);
    case Op::short_binbytes: return push_bytes(Kind::bytes, 1);
    case Op::binbytes: return push_bytes(Kind::bytes, 4);
    case Op::binbytes8: return push_bytes(Kind::bytes, 8);
    case Op::bytearray8: return push_bytes(Kind::bytearray, 8);

    case Op::empty_tuple: return build(Kind::tuple, 0);
    case Op::tuple1: return build(Kind::tuple, 1);
    case Op::tuple2: return build(Kind::tuple, 2);
    case Op::tuple3: return build(Kind::tuple, 3);
    case Op::tuple: return build_marked(Kind::tuple);
    case Op::empty_list: return build(Kind::list, 0);
    case Op::list: return build_marked(Kind::list);
    case Op::append: return extend(Kind::list, 1);
    case Op::appends: return extend_marked(Kind::list);
    case Op::empty_dict: return build(Kind::dict, 0);
    case Op::dict: return build_marked(Kind::dict);
    case Op::setitem: return extend(Kind::dict, 2);
    case Op::setitems: return extend_marked(Kind::dict);
    case Op::empty_set: return build(Kind::set, 0);
    case Op::additems: return extend_marked(Kind::set);
    case Op::frozenset: return build_marked(Kind::frozenset);

    case Op::mark: return mark();
    case Op::pop: return pop();
    case Op::pop_mark: return pop_marked();
    case Op::dup: return duplicate();
    case Op::get: return recall_parsed();
    case Op::binget: return recall_numbered(1);
    case Op::long_binget: return recall_numbered(4);
    case Op::put: return remember_parsed();
    case Op::binput: return remember_numbered(1);
    case Op::long_binput: return remember_numbered(4);
    case Op::memoize: return remember(memo_.size());

    case Op::global: return push_parsed_class();
    case Op::stack_global: return push_class();
    case Op::newobj: return make_instance();
    case Op::build: return set_state();

    case Op::proto: return check_protocol();
    case Op::frame: return enter_frame();
    case Op::stop: break;  // run() handles it
  }
  return fail(refusal(static_cast<unsigned char>(op)));
}

bool Machine::mark() {
  if (stack_.is_full()) return fail(too_much);
  stack_.mark();
  return true;
}

bool Machine::pop() { return stack_.pop() || fail(marked("POP without a value")); }

bool Machine::pop_marked() {
  const auto count = stack_.unmark();
  return count ? stack_.drop(*count) : fail(marked("POP_MARK without a MARK"));
}

bool Machine::duplicate() {
  const auto object = stack_.top();
  return object ? push(*object) : fail(marked("DUP without a value"));
}

bool Machine::remember_parsed() {
  std::uint64_t number = 0;
  return read_index(number) && remember(number);
}

bool Machine::remember_numbered(int width) {
  std::uint64_t number = 0;
  return read_number(width, number) && remember(number);
}

bool Machine::remember(std::uint64_t number) {
  const auto object = stack_.top();
  if (!object) return fail(marked("a memo number without a value"));
  return memo_.put(number, *object) || fail(marked("a memo number beyond what the pickle's size allows"));
}

bool Machine::recall_parsed() {
  std::uint64_t number = 0;
  return read_index(number) && recall(number);
}

bool Machine::recall_numbered(int width) {
  std::uint64_t number = 0;
  return read_number(width, number) && recall(number);
}

bool Machine::recall(std::uint64_t number) {
  const auto object = memo_.get(number);
  return object ? push(*object) : fail(marked("an unknown memo number"));
}

/// Checks the protocol. PROTO may occur anywhere, and more than once.
bool Machine::check_protocol() {
  std::uint64_t protocol = 0;
  return read_number(1, protocol) && (protocol <= highest_protocol || fail(marked("a protocol above 5")));
}

bool Machine::enter_frame() {
  std::uint64_t size = 0;
  return read_number(8, size) && (input_.enter_frame(size) || fail(cut_off));
}

bool Machine::read_number(int width, std::uint64_t& number) { return input_.number(width, number) || fail(cut_off); }

bool Machine::read_bytes(std::uint64_t size, std::string_view& bytes) {
  return input_.take(size, bytes) || fail(cut_off);
}

bool Machine::read_counted(int length_width, std::string_view& bytes) {
  std::uint64_t size = 0;
  return read_number(length_width, size) && read_bytes(size, bytes);
}

bool Machine::read_line(std::string_view& line) { return input_.line(line) || fail(cut_off); }

bool Machine::read_index(std::uint64_t& index) {
  std::string_view line;
  return read_line(line) && (parse_index(line, index) || fail(marked("an invalid memo number")));
}

}  // namespace hubcache::pickle
