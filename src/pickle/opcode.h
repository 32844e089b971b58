// The opcodes of pickle protocols 0 to 5, with the names in CPython's pickletools.
#pragma once

namespace hubcache::pickle {

// clang-format off
enum class Op : unsigned char {
  // push a value
  none = 'N', newtrue = 0x88, newfalse = 0x89,
  int_text = 'I', long_text = 'L', binint = 'J', binint1 = 'K', binint2 = 'M', long1 = 0x8a, long4 = 0x8b,
  float_text = 'F', binfloat = 'G',
  string = 'S', binstring = 'T', short_binstring = 'U',
  unicode = 'V', binunicode = 'X', short_binunicode = 0x8c, binunicode8 = 0x8d,
  binbytes = 'B', short_binbytes = 'C', binbytes8 = 0x8e, bytearray8 = 0x96,
  // build a container
  empty_tuple = ')', tuple = 't', tuple1 = 0x85, tuple2 = 0x86, tuple3 = 0x87,
  empty_list = ']', list = 'l', append = 'a', appends = 'e',
  empty_dict = '}', dict = 'd', setitem = 's', setitems = 'u',
  empty_set = 0x8f, additems = 0x90, frozenset = 0x91,
  // stack and memo
  mark = '(', pop = '0', pop_mark = '1', dup = '2',
  get = 'g', binget = 'h', long_binget = 'j', put = 'p', binput = 'q', long_binput = 'r', memoize = 0x94,
  // classes and their instances
  global = 'c', stack_global = 0x93, newobj = 0x81, build = 'b',
  // the stream
  proto = 0x80, frame = 0x95, stop = '.',
};
// clang-format on

/// Returns why a byte that is not an `Op` is refused: the opcode imports code, calls code or refers to an object
/// outside the pickle, or the byte is not an opcode.
const char* refusal(unsigned char opcode);

}  // namespace hubcache::pickle
