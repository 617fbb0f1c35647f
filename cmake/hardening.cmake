# What makes a memory error harder to use, in every program of ours: code at random addresses (PIE), tables of
# function addresses that are read-only once the program has started (RELRO, with all symbols bound at start), no
# stack that can be executed, a guard before return addresses, and checked forms of the C library's copying
# functions. tools/check_hardening.sh reads the shipped program and holds this.
add_compile_options(-fPIE -fstack-protector-strong)
add_link_options(-pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
# Needs an optimised build, and gets in the sanitizers' way.
add_compile_options($<$<CONFIG:RelWithDebInfo,Release>:-U_FORTIFY_SOURCE$<SEMICOLON>-D_FORTIFY_SOURCE=2>)
