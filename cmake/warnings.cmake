# One interface target carries the warnings, so that only our own code is held to them.
add_library(tillcast_warnings INTERFACE)
target_compile_options(tillcast_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wconversion;-Wshadow;-Werror>)
