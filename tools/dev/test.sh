# ./dev test: the parts one after the other; the first failure ends the run. The last line counts the tests.

tests_passed=0
test_summary=()

verb_test() {
  local part
  counting=yes
  if (($# == 0)); then
    need build web postgres test
    set -- release npm conformance e2e contracts attacks crash postgres browser
  fi
  for part in "$@"; do
    case $part in
      release) test_release ;;
      asan | tsan) test_sanitizer "$part" ;;
      npm) test_npm ;;
      conformance) test_node conformance "the realtime library under raw frames and clients from npm" ;;
      e2e)
        need test
        test_node e2e "the built server under socket.io-client, ws, fetch and curl"
        ;;
      attacks)
        need test
        test_node attacks "what strangers try, against the built server: each is refused with the right code"
        ;;
      contracts)
        need test
        test_node contracts "each dialect's port, row by row, under npm's clients"
        ;;
      crash) test_node crash "the built server is killed again and again while it takes orders" ;;
      postgres) test_postgres ;;
      browser)
        need test
        test_node browser "two browsers side by side on the built server"
        ;;
      *) test_by_name "$part" ;;
    esac
  done
  test_report
}

# Every C++ test on what is shipped: unit tests, the layer check, and the tests that cross folders.
test_release() {
  need build web postgres
  build_web
  build_server release
  step "test release" "all C++ tests of the release build, and the layer check"
  run_ctest release
}

# The shop's own tests, the server and the crash once more on PostgreSQL, and then what only that engine has. The
# tests of storage itself run on both engines wherever they run.
test_postgres() {
  need build web postgres
  build_web
  build_server release
  start_postgres
  local -x TILLCAST_TEST_ENGINE=postgres
  step "test postgres" "the unit tests of commerce, feed and contracts on PostgreSQL"
  run_ctest release --tests-regex '^(commerce|feed|contracts)_test$'
  test_node e2e "the built server on PostgreSQL" newcomer sessions bad_input idempotency oversell privacy live \
    bulk cache catalogue contract events history recovery images enrichment
  test_node contracts "the dialects on PostgreSQL" adstudio bakery bva izishopin seeding together
  test_node crash "the built server on PostgreSQL is killed again and again while it takes orders" crash
  test_node postgres "two servers on one database, the verbs, lost connections, a new timeline"
}

test_sanitizer() {
  need build postgres
  build_server "$1" unit_tests
  step "test $1" "the unit tests under the sanitizer of preset $1"
  run_ctest "$1" --label-regex unit
}

test_by_name() {
  need build web postgres
  build_web
  build_server release
  step "test $1" "the release tests whose name holds \"$1\""
  run_ctest release --tests-regex "$1"
}

# A PostgreSQL of our own runs until the end of ./dev; tests find it by TILLCAST_TEST_POSTGRES. Its folder is in
# /tmp, because the path of a socket must be short and its user must get there.
start_postgres() {
  [[ -z ${postgres_folder:-} ]] || return 0
  postgres_folder=$(mktemp -d /tmp/tillcast-postgres-XXXXXX)
  TILLCAST_TEST_POSTGRES=$(tools/postgres_cluster.sh start "$postgres_folder")
  export TILLCAST_TEST_POSTGRES
}

stop_postgres() {
  [[ -n ${postgres_folder:-} ]] || return 0
  tools/postgres_cluster.sh stop "$postgres_folder" || true
  rm -rf "$postgres_folder"
  postgres_folder=
}

# GCC 12's ThreadSanitizer needs memory laid out as before Linux 6.6, hence setarch where it is allowed.
run_ctest() {
  local preset=$1 runner=()
  shift
  start_postgres
  if [[ $preset == tsan ]] && setarch -R true 2>/dev/null; then runner=(setarch -R); fi
  TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1 "${runner[@]}" \
    ctest --preset "$preset" --parallel "$(jobs_max)" --no-tests=error "$@"
  count_passed "C++, $preset" "$(gtest_count "build/$preset/Testing/Temporary/LastTest.log")"
}

# What the GoogleTest programs of the last ctest run say of themselves.
gtest_count() { awk '/^\[  PASSED  \] [0-9]+ test/ { sum += $4 } END { print sum + 0 }' "$1"; }

test_npm() {
  local package log=build/logs/npm.log
  need build web
  for package in packages/* web tests/browser; do
    [[ -f $package/package.json ]] || continue
    step "test $package" "its types, and its vitest tests where it has some"
    npm run --silent --workspace "$package" typecheck
    [[ $package != tests/* ]] || continue
    [[ -n $(find "$package" -name '*.test.ts*' -not -path '*/node_modules/*' -print -quit) ]] || continue
    NO_COLOR=1 npm run --silent --workspace "$package" test 2>&1 | tee "$log"
    count_passed "$package" "$(awk '/^ *Tests .* passed/ { for (i = 2; i <= NF; ++i) if ($i == "passed") n = $(i - 1) } END { print n + 0 }' "$log")"
  done
}

# test_node FOLDER WHY [NAME…]: the tests of tests/FOLDER, or those named, on Node's own test runner, against the
# release build.
test_node() {
  local log=build/logs/$1.log passed command name
  need build web
  build_web
  build_server release tillcast wire_fixture
  step "test $1" "$2"
  if (($# > 2)); then
    command=(node --test --test-concurrency=1 --test-reporter=spec)
    for name in "${@:3}"; do command+=("tests/$1/$name.test.mjs"); done
  elif [[ -f tests/$1/package.json ]]; then
    command=(npm run --silent --workspace "tests/$1" test)
  else
    command=(node --test --test-concurrency=1 --test-reporter=spec "tests/$1/*.test.mjs")
  fi
  TILLCAST_BINARY=$PWD/build/release/tillcast TILLCAST_CHROMIUM=$(command -v chromium || true) NO_COLOR=1 \
    "${command[@]}" 2>&1 | tee "$log"
  passed=$(awk '$2 == "pass" && $3 ~ /^[0-9]+$/ { n = $3 } END { print n + 0 }' "$log")
  ((passed > 0)) || { say "    tests/$1 ran no test" >&2; return 1; }
  count_passed "tests/$1" "$passed"
}

count_passed() {
  tests_passed=$((tests_passed + $2))
  test_summary+=("$(printf '%-16s %5s tests %5s s' "$1" "$2" "$((SECONDS - step_start))")")
}

test_report() {
  end_step
  printf '\n'
  printf '    %s\n' "${test_summary[@]}"
  say "    all of it        $SECONDS s"
  say "$tests_passed passed, 0 failed"
}
