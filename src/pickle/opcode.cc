#include "pickle/opcode.h"

#include "base/language.h"

namespace hubcache::pickle {

const char* refusal(unsigned char opcode) {
  switch (opcode) {
    case 'c': return marked("opcode GLOBAL could import code; refused");
    case 0x93: return marked("opcode STACK_GLOBAL could import code; refused");
    case 0x82: return marked("opcode EXT1 could import code; refused");
    case 0x83: return marked("opcode EXT2 could import code; refused");
    case 0x84: return marked("opcode EXT4 could import code; refused");
    case 'R': return marked("opcode REDUCE could call code; refused");
    case 'i': return marked("opcode INST could call code; refused");
    case 'o': return marked("opcode OBJ could call code; refused");
    case 0x81: return marked("opcode NEWOBJ could call code; refused");
    case 0x92: return marked("opcode NEWOBJ_EX could call code; refused");
    case 'b': return marked("opcode BUILD could call code; refused");
    case 'P': return marked("opcode PERSID refers to something outside of the pickle; refused");
    case 'Q': return marked("opcode BINPERSID refers to something outside of the pickle; refused");
    case 0x97: return marked("opcode NEXT_BUFFER refers to something outside of the pickle; refused");
    case 0x98: return marked("opcode READONLY_BUFFER refers to something outside of the pickle; refused");
    default: return marked("a byte that is not an opcode");
  }
}

}  // namespace hubcache::pickle
