# Release and RelWithDebInfo: what makes an error in memory hard to exploit. packaging/hardening.py checks the built files.
# The wheels have a compiler and flags of their own (packaging/environment.sh, packaging/toolchain.cmake).
option(HUBCACHE_HARDENING "Harden the binaries of Release and RelWithDebInfo by the flags in cmake/hardening.cmake" ON)

if(HUBCACHE_HARDENING)
  set(optimized $<CONFIG:Release,RelWithDebInfo>)
  # Some compilers define _FORTIFY_SOURCE by themselves.
  add_compile_options($<${optimized}:-U_FORTIFY_SOURCE> $<${optimized}:-D_FORTIFY_SOURCE=3>
                      $<${optimized}:-fstack-protector-strong> $<${optimized}:-fstack-clash-protection>)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|i[3-6]86)$")
    add_compile_options($<${optimized}:-fcf-protection>)
  endif()
  add_link_options($<${optimized}:LINKER:-z,relro,-z,now,-z,noexecstack>)
  # Links programs with -pie (policy CMP0083); their objects are position independent in every build.
  include(CheckPIESupported)
  check_pie_supported(LANGUAGES CXX)
endif()
