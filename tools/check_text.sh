#!/usr/bin/env bash
# check_text.sh: finds what must not be committed, in the files git knows or would add: notes to oneself,
# paths of one machine, addresses of package registries in the npm lock file, and stray white space.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0
# reject WHAT PATTERN PATH…: no line of the files below PATH may match.
reject() {
  local what=$1 pattern=$2 hits
  shift 2
  hits=$(git -c safe.directory="$PWD" grep --untracked -nIE "$pattern" -- "$@" ':!tools/check_text.sh' \
    ':!LICENSE' ':!*.svg') || return 0
  printf '%s:\n%s\n' "$what" "$hits"
  failed=1
}

reject "A note to oneself" '\b(TODO|FIXME|XXX)\b' .
reject "A path of one machine" '(^|[^[:alnum:]_.])/(work|home|root|var/tmp)/' .
reject "White space at the end of a line" '[[:blank:]]+$' '*.cc' '*.h' '*.sh' '*.cmake' '*.txt' '*.ts' '*.tsx' dev
reject "A tab" "$(printf '\t')" '*.cc' '*.h' '*.sh' '*.cmake' '*.ts' '*.tsx' dev
reject "The address of a registry" '"resolved": *"https?:|registry\.' package-lock.json .npmrc

((failed == 0)) && echo "text: nothing to complain about"
exit "$failed"
