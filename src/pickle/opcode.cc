#include "pickle/opcode.h"

namespace hubcache::pickle {

const char* refusal(unsigned char opcode) {
  switch (opcode) {
    case 'c': return "opcode GLOBAL could import code; refused";
    case 0x93: return "opcode STACK_GLOBAL could import code; refused";
    case 0x82: return "opcode EXT1 could import code; refused";
    case 0x83: return "opcode EXT2 could import code; refused";
    case 0x84: return "opcode EXT4 could import code; refused";
    case 'R': return "opcode REDUCE could call code; refused";
    case 'i': return "opcode INST could call code; refused";
    case 'o': return "opcode OBJ could call code; refused";
    case 0x81: return "opcode NEWOBJ could call code; refused";
    case 0x92: return "opcode NEWOBJ_EX could call code; refused";
    case 'b': return "opcode BUILD could call code; refused";
    case 'P': return "opcode PERSID refers to something outside of the pickle; refused";
    case 'Q': return "opcode BINPERSID refers to something outside of the pickle; refused";
    case 0x97: return "opcode NEXT_BUFFER refers to something outside of the pickle; refused";
    case 0x98: return "opcode READONLY_BUFFER refers to something outside of the pickle; refused";
    default: return "a byte that is not an opcode";
  }
}

}  // namespace hubcache::pickle
