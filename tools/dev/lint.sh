# ./dev lint: what can be said about the sources without running them.

tidy_files_max=${TIDY_FILES_MAX:-25}

verb_lint() {
  (($# > 0)) || set -- layers text format clang tidy
  need build lint
  local check
  for check in "$@"; do
    case $check in
      layers | text | format | clang | tidy) "lint_$check" ;;
      fix) cxx_files | xargs clang-format-14 -i ;;
      *) say "There is no check \"$check\": layers, text, format, clang, tidy, fix" >&2; exit 2 ;;
    esac
  done
  end_step
}

lint_layers() {
  step "layers" "no folder includes a higher one"
  tools/check_layers.sh
  tools/check_layers_test.sh
}

lint_text() {
  step "text" "no leftovers in what is committed"
  tools/check_text.sh
}

lint_format() {
  step "format" "clang-format 14 agrees with every C++ file"
  if ! cxx_files | xargs clang-format-14 --dry-run -Werror 2>build/logs/format.log; then
    sed -nE 's/^([^ :]+):[0-9]+:[0-9]+: error: .*/    \1/p' build/logs/format.log | sort -u >&2
    say "    ./dev lint fix formats them" >&2
    return 1
  fi
}

# The compile database is g++'s; its flags mean the same to clang, which only looks and makes nothing. The
# warnings that g++ alone has are switched off by names that clang need not know.
lint_clang() {
  step "clang" "every C++ file compiles with clang 14 without a warning"
  compile_database
  local flags='-std=c++20 -Isrc -I. -Wall -Wextra -Wconversion -Wshadow -Werror'
  {
    jq -r '.[] | select(.file | endswith(".cc")) | .command' build/release/compile_commands.json |
      sed -E 's|^.*/c\+\+ ||; s| -o [^ ]+ -c | -fsyntax-only |'
    find tests/fuzz -name '*_fuzz.cc' -printf "$flags -fsyntax-only %p\n" 2>/dev/null || true
  } >build/logs/clang-commands.txt
  xargs -a build/logs/clang-commands.txt -P "$(jobs_max)" -d '\n' -I{} bash -c 'eval clang++-14 -Wno-unknown-warning-option "$1"' _ {}
  say "    $(wc -l <build/logs/clang-commands.txt) files"
}

# clang-tidy takes seconds a file, so it looks at what changed and at no more than tidy_files_max files.
lint_tidy() {
  step "tidy" "clang-tidy 14 on the C++ files that changed"
  compile_database
  compiled_files >build/logs/compiled-files.txt
  { changed_cxx_files | grep -Fxf build/logs/compiled-files.txt || true; } >build/logs/tidy-files.txt
  local count
  count=$(wc -l <build/logs/tidy-files.txt)
  if ((count > tidy_files_max)) && [[ -z ${TIDY_ALL:-} ]]; then
    say "    $count files changed; this looks at $tidy_files_max of them (TIDY_ALL=1 for all)"
    shuf -n "$tidy_files_max" --random-source=<(yes) build/logs/tidy-files.txt >build/logs/tidy-some.txt
    mv build/logs/tidy-some.txt build/logs/tidy-files.txt
  fi
  [[ -s build/logs/tidy-files.txt ]] || { say "    none changed"; return 0; }
  xargs -a build/logs/tidy-files.txt -P "$(jobs_max)" -n 1 bash -c "$tidy_one" _ \
    2> >(grep -v ' warnings generated\.$' >&2)
  say "    $(wc -l <build/logs/tidy-files.txt) files"
}

# A test may copy what a server may not, so the performance checks are for the rest.
tidy_one='checks=; [[ $1 != *_test.cc ]] || checks=-performance-*
clang-tidy-14 --quiet -p build/release --checks="$checks" \
  --extra-arg=-Wno-unknown-warning-option "$1"'

# Changed since the main branch, or since the commit before where this is the main branch.
changed_cxx_files() {
  local base=
  if [[ -n ${TIDY_ALL:-} ]]; then cxx_files; return; fi
  base=$(own_git merge-base HEAD origin/main 2>/dev/null) || true
  if [[ -z $base || $base == $(own_git rev-parse HEAD 2>/dev/null) ]]; then
    base=$(own_git rev-parse --verify --quiet HEAD~1) || true
  fi
  {
    if [[ -n $base ]]; then own_git diff --name-only --diff-filter=d "$base"; else own_git ls-files; fi
    own_git ls-files --others --exclude-standard
  } | LC_ALL=C sort -u
}

# Those of the compile database: not the fuzz targets, and the benches only once they were built.
compiled_files() {
  jq -r '.[] | (.directory | rtrimstr("build/release")) as $root | .file | ltrimstr($root)' \
    build/release/compile_commands.json
}

# A build machine may check the tree out as another user than the one it builds as.
own_git() { git -c safe.directory="$PWD" "$@"; }

compile_database() {
  if [[ ! -f build/release/compile_commands.json ]]; then cmake --preset release >/dev/null; fi
  ninja -C build/release build.ninja >/dev/null
  ninja -C build/release src/libweb_assets.a >/dev/null
}
