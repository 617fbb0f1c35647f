# One interface target carries the warnings, so that only our own code is held to them.
add_library(tillcast_warnings INTERFACE)
target_compile_options(tillcast_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wconversion;-Wshadow;-Werror>)

# These two are wrong about correct code in g++ 12 once it optimises: about a std::variant or std::optional
# that holds a string (GCC bug 105562), and about `"text" + string` (105651). AddressSanitizer and clang
# look for the real ones.
target_compile_options(tillcast_warnings INTERFACE
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-maybe-uninitialized;-Wno-restrict>)
