# ./dev setup: Debian packages by apt, npm packages by npm ci. Both do nothing when all is there.

# The packages of each group. docs/dependencies.md says what each library is for.
apt_build=(
  build-essential cmake ninja-build ccache pkg-config
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libssl-dev libsqlite3-dev libpq-dev libmimalloc-dev
  libsodium-dev zlib1g-dev libfmt-dev libspdlog-dev libcli11-dev libcurl4-openssl-dev libgtest-dev libgmock-dev
  libvips42
  libcairo2-dev libpango1.0-dev librsvg2-dev libwebp-dev fonts-lato fonts-noto-color-emoji
)
apt_web=(nodejs npm)
apt_test=(chromium fonts-dejavu-core openssl curl systemd)
apt_postgres=(postgresql-15)
apt_lint=(clang-14 clang-format-14 clang-tidy-14 jq)
apt_fuzz=(clang-14 libclang-rt-14-dev)
apt_bench=(libbenchmark-dev nginx)

verb_setup() {
  (($# > 0)) || set -- build web postgres test lint fuzz bench
  need "$@"
  end_step
  say
  say "Everything is installed for: $*"
}

# need GROUP…: makes sure that the packages of the groups are there; `web` includes those of npm.
need() {
  local group missing=()
  for group in "$@"; do
    case $group in
      build) find_missing build "compilers, CMake and the libraries of the server" "${apt_build[@]}" ;;
      web) find_missing web "npm, which brings Node 22 and builds the web screens" "${apt_web[@]}" ;;
      test) find_missing test "Chromium and a font for the browser test, openssl and curl for TLS, systemd for its unit" "${apt_test[@]}" ;;
      postgres) find_missing postgres "the PostgreSQL that tests run beside SQLite" "${apt_postgres[@]}" ;;
      lint) find_missing lint "clang's compiler, formatter and linter" "${apt_lint[@]}" ;;
      fuzz) find_missing fuzz "clang with libFuzzer" "${apt_fuzz[@]}" ;;
      bench) find_missing bench "Google Benchmark, and nginx to be measured beside" "${apt_bench[@]}" ;;
      *)
        say "There is no group \"$group\": build, web, postgres, test, lint, fuzz, bench" >&2
        exit 2
        ;;
    esac
  done
  ((${#missing[@]} == 0)) || apt_install "${missing[@]}"
  [[ " $* " != *" web "* ]] || npm_install
}

# find_missing GROUP WHY PACKAGE…: appends to `missing` of the caller what dpkg does not have. Node and npm
# are looked for as commands, since many machines have them from elsewhere.
find_missing() {
  local group=$1 why=$2 package installed lacking=()
  shift 2
  if ! command -v dpkg-query >/dev/null; then
    say "This is not Debian, so nothing is installed here; the group $group needs: $*"
    return
  fi
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    case $package in
      nodejs) command -v node >/dev/null && continue ;;
      npm) command -v npm >/dev/null && continue ;;
    esac
    grep -qxF "installed $package" <<<"$installed" || lacking+=("$package")
  done
  if ((${#lacking[@]} > 0)); then
    say "Missing for $group ($why): ${lacking[*]}"
    missing+=("${lacking[@]}")
  fi
}

apt_install() {
  local command="apt-get update && apt-get install -y --no-install-recommends $*" as_root=()
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      say
      say "Installing them needs root, and there is no sudo. Run this once as root, then try again:"
      say
      say "  $command"
      exit 1
    fi
    as_root=(sudo)
  fi
  step "apt" "installing $# Debian packages and what they depend on (log: build/logs/apt.log)"
  local environment=(env DEBIAN_FRONTEND=noninteractive)
  local apt=(apt-get -q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0)
  if ! "${as_root[@]}" "${environment[@]}" "${apt[@]}" update >build/logs/apt.log 2>&1 ||
    ! "${as_root[@]}" "${environment[@]}" "${apt[@]}" install --no-install-recommends "$@" 2>&1 |
      tee -a build/logs/apt.log | apt_progress; then
    tail -n 20 build/logs/apt.log >&2
    say "apt could not install them. The command was, as root:  $command" >&2
    exit 1
  fi
}

# Shortens apt's report to what it fetches and a sign of life every 40 packages.
apt_progress() {
  local line unpacked=0 ready=0
  while IFS= read -r line; do
    case $line in
      *' newly installed,'* | 'Need to get '* | 'Fetched '* | 'E: '*) say "    $line" ;;
      'Unpacking '*) ((++unpacked % 40)) || say "    $unpacked packages unpacked" ;;
      'Setting up '*) ((++ready % 40)) || say "    $ready packages set up" ;;
    esac
  done
}

# npm ci brings exactly what a lock file names.
npm_install() {
  use_node
  npm_ci . "the packages of the web screens and of the tests"
}

# Debian's npm first brings Node 22 (tools/node), which comes first in PATH from then on; all other packages
# are installed and run by it.
use_node() {
  local bin
  npm_ci tools/node "Node 22, which the web tools need; Debian has Node 18"
  for bin in "$PWD"/tools/node/node_modules/node-linux-*/bin; do
    [[ -x $bin/node ]] && export PATH="$bin:$PATH"
  done
  hash -r
}

# npm_ci FOLDER WHY: once for each state of the lock file and of what it was made from.
npm_ci() {
  local lock stamp=$1/node_modules/.tillcast-installed
  [[ -f $1/package-lock.json ]] || return 0
  lock=$(cd "$1" && cat .npmrc package-lock.json package.json {packages,tests}/*/package.json \
    web/package.json 2>/dev/null | sha256sum | cut -d' ' -f1) || true
  if up_to_date "$stamp" "$lock"; then return 0; fi
  step "npm ci in $1" "$2"
  (cd "$1" && npm ci --no-progress --loglevel=error)
  mark_done "$stamp" "$lock"
}
