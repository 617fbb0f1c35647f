# ./dev bench [FILTER]: Google Benchmark on the programs of bench/, built as the release is.

verb_bench() {
  local program
  need build bench
  cmake --preset release -DTILLCAST_BENCH=ON >build/logs/configure-release.log
  build_server release benchmarks
  for program in build/release/bench/*_bench; do
    step "${program##*/}" "measuring"
    "$program" --benchmark_filter="${1:-.}"
  done
  end_step
}
