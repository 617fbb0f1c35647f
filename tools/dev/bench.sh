# ./dev bench [FILTER]: Google Benchmark on the programs of bench/, built as the release is.
# ./dev bench fanout|jitter|restart|latency|savings|orders|growth|reads [--quick] …: whole servers under load, beside others where there are any.

verb_bench() {
  local program
  case ${1:-} in
    fanout) bench_servers fanout/run.mjs fanout -- "${@:2}" && return ;;
    jitter | restart) bench_servers "live/$1.mjs" live tillcast -- "${@:2}" && return ;;
    latency | savings) bench_servers "contracts/$1.mjs" contracts_screens tillcast -- "${@:2}" && return ;;
    orders) need postgres; bench_servers "orders/$1.mjs" live requests tillcast -- "${@:2}" && return ;;
    growth) bench_servers "orders/$1.mjs" requests tillcast -- "${@:2}" && return ;;
    reads) bench_servers "orders/$1.mjs" live requests tillcast -- "${@:2}" && return ;;
  esac
  need build bench
  cmake --preset release -DTILLCAST_BENCH=ON >build/logs/configure-release.log
  build_server release benchmarks
  for program in build/release/bench/*_bench; do
    step "${program##*/}" "measuring"
    "$program" --benchmark_filter="${1:-.}"
  done
  end_step
}

# bench_servers SCRIPT TARGET… -- ARGUMENT…: builds the targets and runs bench/SCRIPT.
bench_servers() {
  local script=$1 targets=()
  shift
  if (($(nproc) < 2)); then
    say "This bench needs two cores: one for the server, one for the load." >&2
    exit 1
  fi
  while [[ $1 != -- ]]; do
    targets+=("$1")
    shift
  done
  shift
  # A client is a descriptor on each side.
  ulimit -n "$(ulimit -Hn)"
  need build bench
  use_node
  npm_ci bench/peers "the servers that ours is measured beside, and clients"
  cmake --preset release -DTILLCAST_BENCH=ON >build/logs/configure-release.log
  build_server release "${targets[@]}"
  step "${script%%.*}" "measuring, every answer and delivery checked"
  node "bench/$script" build/release "$@"
  end_step
}
