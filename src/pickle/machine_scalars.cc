// The opcodes that push a value that is not a container.
#include "base/language.h"
#include "pickle/machine.h"
#include "pickle/text.h"

namespace hubcache::pickle {

bool Machine::push_integer(Integer form, std::int64_t value) {
  switch (form) {
    case Integer::fits: return push(graph_.add_integer(value));
    case Integer::large: return push(graph_.add_scalar(Kind::large_integer));
    case Integer::malformed: break;
  }
  return fail(marked("an invalid int"));
}

/// Protocols 0 and 1 have no opcode for a bool: they write it as the int 00 or 01.
bool Machine::push_boolean_or_integer() {
  std::string_view text;
  if (!read_line(text)) return false;
  if (text == "00" || text == "01") return push(graph_.add_boolean(text == "01"));
  std::int64_t value = 0;
  const auto form = parse_integer(text, value);
  return push_integer(form, value);
}

bool Machine::push_long_text() {
  std::string_view text;
  if (!read_line(text)) return false;
  if (text.ends_with('L')) text.remove_suffix(1);
  std::int64_t value = 0;
  const auto form = parse_integer(text, value);
  return push_integer(form, value);
}

bool Machine::push_integer_bytes(int length_width) {
  std::uint64_t length = 0;
  if (!read_number(length_width, length)) return false;
  if (length > INT32_MAX) return fail(marked("an int of negative length"));
  std::string_view bytes;
  if (!read_bytes(length, bytes)) return false;
  std::int64_t value = 0;
  const auto form = read_integer(bytes, value);
  return push_integer(form, value);
}

bool Machine::push_unsigned(int width) {
  std::uint64_t number = 0;
  return read_number(width, number) && push(graph_.add_integer(static_cast<std::int64_t>(number)));
}

bool Machine::push_signed_32() {
  std::uint64_t number = 0;
  return read_number(4, number) && push(graph_.add_integer(static_cast<std::int32_t>(number)));
}

bool Machine::push_float_text() {
  std::string_view text;
  if (!read_line(text)) return false;
  return is_float(text) ? push(graph_.add_scalar(Kind::floating)) : fail(marked("an invalid float"));
}

bool Machine::push_float_bytes() {
  std::string_view bytes;
  return read_bytes(8, bytes) && push(graph_.add_scalar(Kind::floating));
}

bool Machine::push_quoted() {
  std::string_view line;
  if (!read_line(line)) return false;
  auto text = decode_quoted(line);
  return text ? push(graph_.add_decoded(std::move(*text))) : fail(marked("a STRING that is not ASCII in quotes"));
}

bool Machine::push_escaped() {
  std::string_view line;
  if (!read_line(line)) return false;
  auto text = decode_raw_unicode_escape(line);
  return text ? push(graph_.add_decoded(std::move(*text))) : fail(marked("a UNICODE with an invalid escape"));
}

/// Pushes a Python 2 str, which pickle.load decodes as ASCII by default.
bool Machine::push_ascii(int length_width) {
  std::string_view bytes;
  if (!read_counted(length_width, bytes)) return false;
  return is_ascii(bytes) ? push(graph_.add_text(bytes)) : fail(marked("a Python 2 str that is not ASCII"));
}

bool Machine::push_utf8(int length_width) {
  std::string_view bytes;
  if (!read_counted(length_width, bytes)) return false;
  return is_utf8_with_surrogates(bytes) ? push(graph_.add_text(bytes)) : fail(marked("a str that is not UTF-8"));
}

bool Machine::push_bytes(Kind kind, int length_width) {
  std::string_view bytes;
  return read_counted(length_width, bytes) && push(graph_.add_scalar(kind));
}

}  // namespace hubcache::pickle
