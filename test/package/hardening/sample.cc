// Has what each flag of cmake/hardening.cmake changes: a large stack frame, a copy of unknown size into it, and
// functions that a pointer may call.
#include <cstdio>
#include <cstring>

template <int number>
int copied(const char* text, std::size_t size) {
  char copy[4096 * 4 + number];
  std::memcpy(copy, text, size);
  return std::puts(copy);
}

using Function = int (*)(const char*, std::size_t);
extern Function functions[];
Function functions[] = {copied<1>, copied<2>, copied<3>, copied<4>, copied<5>,
                        copied<6>, copied<7>, copied<8>, copied<9>, copied<10>};

int main(int count, char** words) { return functions[count % 10](words[0], std::strlen(words[0]) + 1) < 0; }
