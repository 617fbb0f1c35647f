# ./dev build and ./dev run.

verb_build() {
  need build web
  build_web
  build_server "${1:-release}"
  end_step
}

verb_run() {
  need build web
  build_web
  build_server release tillcast
  end_step
  say
  say "Serving the demo shop. Sign in as seller@demo.shop or buyer@demo.shop, password demo-pass-1."
  if [[ " $*" != *" --data"* ]]; then
    set -- --data build/demo-data "$@"
    say "Its data is in build/demo-data; delete the folder to start afresh. Ctrl-C ends the server."
  fi
  trap - EXIT
  exec build/release/tillcast serve --demo "$@"
}

# The screens are built only when their sources or the packages they use have changed.
build_web() {
  local sources
  [[ -f web/package.json ]] || return 0
  sources=$(hash_of web packages package-lock.json)
  if [[ -f web/dist/index.html ]] && up_to_date build/web.stamp "$sources"; then return 0; fi
  step "web" "building the screens into web/dist"
  npm run --silent --workspace web build
  mark_done build/web.stamp "$sources"
}

# build_server PRESET [NINJA TARGET…]
build_server() {
  local preset=$1
  shift
  step "$preset" "compiling into build/$preset with $(jobs_max) jobs"
  if [[ ! -f build/$preset/build.ninja ]]; then
    cmake --preset "$preset" >"build/logs/configure-$preset.log" 2>&1 ||
      { cat "build/logs/configure-$preset.log" >&2; return 1; }
  fi
  NINJA_STATUS='    [%f/%t] ' ninja -C "build/$preset" -j "$(jobs_max)" "$@"
}
