#!/usr/bin/env bash
# check_hardening.sh PROGRAM: the program has what cmake/hardening.cmake asks for, read from its ELF headers. With
# --self-test COMPILER it builds programs that lack one thing each, and expects each to be found.
set -euo pipefail

failed=0
# expect WHAT TEXT PATTERN: TEXT has a line that matches.
expect() {
  grep -qE "$3" <<<"$2" && return 0
  echo "$program: $1 is missing"
  failed=1
}

check() {
  program=$1
  local header segments dynamic symbols
  header=$(readelf --wide --file-header "$program")
  segments=$(readelf --wide --program-headers "$program")
  dynamic=$(readelf --wide --dynamic "$program")
  symbols=$(readelf --wide --dyn-syms "$program")
  expect "PIE (type DYN)" "$header" 'Type: +DYN'
  expect "PIE (its flag)" "$dynamic" 'FLAGS_1.*PIE'
  expect "RELRO" "$segments" 'GNU_RELRO'
  expect "binding of all symbols at start" "$dynamic" 'FLAGS_1.*NOW'
  expect "a stack that is not executable" "$segments" 'GNU_STACK.* RW '
  expect "the stack protector" "$symbols" '__stack_chk_fail'
  expect "_FORTIFY_SOURCE" "$symbols" '__[a-z]+_chk(@|$| )'
}

self_test() {
  local without flags
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  cat >"$folder/main.c" <<'END'
#include <stdio.h>
#include <string.h>
int main(int argc, char** argv) {
  char text[16];
  strcpy(text, argv[argc - 1]);
  return puts(text);
}
END
  flags=(-O2 -w -fPIE -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -fstack-protector-strong -U_FORTIFY_SOURCE
         -D_FORTIFY_SOURCE=2)
  "$1" "${flags[@]}" "$folder/main.c" -o "$folder/good"
  (check "$folder/good" && ((failed == 0))) || { echo "the good program is refused"; exit 1; }
  for without in -no-pie -Wl,-z,norelro -Wl,-z,lazy -Wl,-z,execstack -fno-stack-protector -U_FORTIFY_SOURCE; do
    local wrong=("${flags[@]}" "$without")
    [[ $without != -no-pie ]] || wrong+=(-fno-PIE)
    "$1" "${wrong[@]}" "$folder/main.c" -o "$folder/bad" 2>/dev/null
    if (check "$folder/bad" >/dev/null && ((failed == 0))); then
      echo "a program with $without passes"
      exit 1
    fi
  done
}

if [[ $1 == --self-test ]]; then
  self_test "$2"
else
  check "$1"
fi
((failed == 0)) && echo "hardening: all there"
exit "$failed"
