add_library(hubcache_warnings INTERFACE)
target_compile_options(hubcache_warnings INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                                                   -Wcast-qual -Wimplicit-fallthrough -Wundef)
