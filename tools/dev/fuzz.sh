# ./dev fuzz [TARGET [SECONDS]]: libFuzzer on tests/fuzz/*_fuzz.cc. New inputs are kept in build/fuzz/found/,
# a crashing one is named in the report; the inputs of tests/fuzz/corpus/ are where it starts from.

verb_fuzz() {
  local wanted=${1:-} seconds=${2:-60} program name found=0
  need build fuzz
  build_server fuzz fuzzers
  for program in build/fuzz/fuzz/*_fuzz; do
    name=${program##*/}
    [[ -x $program ]] || continue
    [[ -z $wanted || $name == "$wanted" || $name == "${wanted}_fuzz" ]] || continue
    found=$((found + 1))
    step "$name" "$seconds s of made-up input"
    local folders=("build/fuzz/found/$name")
    mkdir -p "${folders[0]}"
    [[ ! -d tests/fuzz/corpus/${name%_fuzz} ]] || folders+=("tests/fuzz/corpus/${name%_fuzz}")
    "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
      -artifact_prefix="build/fuzz/$name-" "${folders[@]}" 2>"build/logs/$name.log" ||
      { tail -n 40 "build/logs/$name.log" >&2; return 1; }
    grep -E '^(Done|stat::number_of_executed_units)' "build/logs/$name.log" | sed 's/^/    /'
  done
  end_step
  if ((found == 0)); then
    say "There is no fuzz target \"$wanted\" in tests/fuzz." >&2
    exit 2
  fi
}
