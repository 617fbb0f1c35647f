# ./dev bench [FILTER]: Google Benchmark on the programs of bench/, built as the release is.
# ./dev bench fanout [--quick] [--runs N]: one message to many clients, beside the kernel's floor and others.

verb_bench() {
  local program
  if [[ ${1:-} == fanout ]]; then
    bench_fanout "${@:2}"
    return
  fi
  need build bench
  cmake --preset release -DTILLCAST_BENCH=ON >build/logs/configure-release.log
  build_server release benchmarks
  for program in build/release/bench/*_bench; do
    step "${program##*/}" "measuring"
    "$program" --benchmark_filter="${1:-.}"
  done
  end_step
}

bench_fanout() {
  if (($(nproc) < 2)); then
    say "The fan-out bench needs two cores: one for the server, one for the load." >&2
    exit 1
  fi
  # A member is a descriptor on each side.
  ulimit -n "$(ulimit -Hn)"
  need build bench
  use_node
  npm_ci bench/peers "the servers that ours is measured beside: socket.io and Bun"
  cmake --preset release -DTILLCAST_BENCH=ON >build/logs/configure-release.log
  build_server release fanout
  step "fanout" "measuring, every delivery checked (log of all cells: build/release/bench/fanout.json)"
  node bench/fanout/run.mjs build/release "$@"
  end_step
}
