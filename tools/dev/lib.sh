# Helpers of ./dev: saying what happens, how long it took, and what failed.

step_name=
step_start=0
counting=  # Set while ./dev test counts what passed.
mkdir -p build/logs

# Another clone, or another folder below build/, may use what ccache has of this one.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

say() { printf '%s\n' "$*"; }

# step NAME WHY: begins a step. The step before ends here, or in end_step.
step() {
  end_step
  step_name=$1
  step_start=$SECONDS
  printf '\n==> %s: %s\n' "$1" "$2"
}

end_step() {
  [[ -z $step_name ]] || printf '    %s took %s s\n' "$step_name" "$((SECONDS - step_start))"
  step_name=
}

# The first command that fails ends the script; this says in which step that was.
on_exit() {
  local status=$?
  stop_postgres
  if ((status != 0)) && [[ -n $step_name ]]; then
    printf '\nFAILED: %s, after %s s (status %s)\n' "$step_name" "$((SECONDS - step_start))" "$status" >&2
    [[ -z $counting ]] || say "$tests_passed passed, 1 failed" >&2
  fi
  return "$status"
}
trap on_exit EXIT

# How many compilers may run at once: one a core, but 1.5 GB of memory for each.
jobs_max() {
  local cores memory_kb by_memory
  cores=$(nproc)
  memory_kb=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
  by_memory=$((memory_kb / 1500000))
  ((by_memory >= 1)) || by_memory=1
  echo $((cores < by_memory ? cores : by_memory))
}

# hash_of PATH…: one hash over the names and contents of all files below the given paths.
hash_of() {
  find "$@" -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

# up_to_date STAMP HASH and mark_done STAMP HASH remember what a step was done for.
up_to_date() { [[ -f $1 && $(<"$1") == "$2" ]]; }
mark_done() { printf '%s\n' "$2" >"$1"; }

# Our own C++ files, also those that git does not know yet.
cxx_files() {
  local folder folders=()
  for folder in src tests tools bench; do [[ ! -d $folder ]] || folders+=("$folder"); done
  find "${folders[@]}" -type f \( -name '*.cc' -o -name '*.h' \) -not -path '*/node_modules/*' |
    LC_ALL=C sort
}
