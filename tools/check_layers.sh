#!/usr/bin/env bash
# check_layers.sh [ROOT]: holds the include rules of ARCHITECTURE.md over ROOT/src.
#
#   1. An include of our own is written from src/ and names a folder of the table below.
#   2. A folder includes itself and folders of a lower number. net knows only realtime, protocol and base.
#   3. Drivers (storage/sqlite, …) are included by app alone. The library's own tests may also include
#      drivers and net, so that they run on the real thing.
#   4. Sockets are in net alone, the headers of SQLite and libpq in their drivers, and protocol has no threads.
#   5. contracts holds no SQL.
#   6. A unit of contracts is names, routes and shapes: no other unit, no storage, no policy of rooms, no state that
#      changes. `native` and `dialect`, which the units are made with, are none.
#
# Prints one line a violation, "file:line: what is wrong", and ends with status 1 if there is any.
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

declare -A number=([base]=0 [protocol]=1 [auth]=1 [storage]=1 [bus]=1 [pictures]=1 [realtime]=2 [commerce]=2
  [feed]=3 [contracts]=4 [net]=5 [app]=6)
drivers='^(storage/(sqlite|postgres)|bus/(memory|redis))/'
test_file='(^|_)test(s|ing)?(_[a-z0-9_]*)?\.(cc|h)$'
socket_header='^(sys/(socket|epoll|un)\.h|netinet/.*|arpa/inet\.h|netdb\.h)$'
thread_header='^(thread|mutex|shared_mutex|condition_variable|atomic|future|semaphore|pthread\.h)$'

violations=0
checked=0
report() {
  printf '%s: %s\n' "$1" "$2"
  violations=$((violations + 1))
}

# Rules 1 to 3, for an include in quotes.
check_own() {
  local where=$1 file=$2 folder=$3 included=$4
  local target=${included%%/*}
  if [[ $included != */* || -z ${number[$target]:-} ]]; then
    report "$where" "\"$included\" is not written from src/, or its folder is not in the table"
    return
  fi
  local is_test=no
  [[ ${file##*/} =~ $test_file ]] && is_test=yes
  if [[ $included =~ $drivers ]]; then
    local driver=${BASH_REMATCH[0]}
    [[ $folder == app || $is_test == yes || $file == src/$driver* ]] ||
      report "$where" "the driver ${driver%/} is included by app alone, not by $folder"
    return
  fi
  [[ $target == "$folder" ]] && return
  [[ $is_test == yes && $target == net ]] && return
  if ((number[$target] >= number[$folder])); then
    report "$where" "$folder (${number[$folder]}) must not include $target (${number[$target]})"
  elif [[ $folder == net && ! $target =~ ^(realtime|protocol|base)$ ]]; then
    report "$where" "net includes realtime, protocol and base alone, not $target"
  fi
}

# Rule 4, for an include in angle brackets.
check_system() {
  local where=$1 file=$2 folder=$3 included=$4
  [[ ${file##*/} =~ $test_file ]] && return
  if [[ $included =~ $socket_header && $folder != net ]]; then
    report "$where" "<$included>: sockets are in net alone"
  elif [[ $included == sqlite3.h && $file != src/storage/sqlite/* ]]; then
    report "$where" "<$included> is for storage/sqlite alone"
  elif [[ $included == libpq-fe.h && $file != src/storage/postgres/* ]]; then
    report "$where" "<$included> is for storage/postgres alone"
  elif [[ $included =~ $thread_header && $folder == protocol ]]; then
    report "$where" "<$included>: protocol has no threads"
  fi
}

include_line='^([^:]+):([0-9]+):[[:space:]]*#[[:space:]]*include[[:space:]]*(["<])([^">]+)[">]'
while IFS= read -r line; do
  [[ $line =~ $include_line ]] || continue
  file=${BASH_REMATCH[1]} where=${BASH_REMATCH[1]}:${BASH_REMATCH[2]}
  kind=${BASH_REMATCH[3]} included=${BASH_REMATCH[4]}
  folder=${file#src/}
  folder=${folder%%/*}
  if [[ -z ${number[$folder]:-} ]]; then
    report "$where" "the folder src/$folder is not in the table of tools/check_layers.sh"
    continue
  fi
  checked=$((checked + 1))
  if [[ $kind == '"' ]]; then
    check_own "$where" "$file" "$folder" "$included"
  else
    check_system "$where" "$file" "$folder" "$included"
  fi
done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include' src --include='*.cc' --include='*.h' || true)

# Rule 5. Tests may look into the database; a comment may speak of SQL.
sql='\b(select\b.*\bfrom|insert (or [a-z]+ )?into|update [a-z_]+ set|delete from|(create|alter|drop) (table|index|view)|begin immediate)\b'
while IFS= read -r hit; do
  file=${hit%%:*}
  [[ ${file##*/} =~ $test_file ]] && continue
  rest=${hit#*:}
  [[ ${rest#*:} =~ ^[[:space:]]*// ]] && continue
  report "$file:${rest%%:*}" "contracts hold no SQL"
done < <(grep -rniE "$sql" src/contracts --include='*.cc' --include='*.h' 2>/dev/null || true)

# Rule 6.
not_in_unit='#[[:space:]]*include[[:space:]]*("(storage|bus)/|<(mutex|atomic|thread|shared_mutex)>)|\bmay_(join|manage)\(|\b(mutable|thread_local)\b'
while IFS= read -r hit; do
  file=${hit%%:*}
  rest=${hit#*:}
  [[ ${file##*/} =~ $test_file || ${rest#*:} =~ ^[[:space:]]*// ]] && continue
  unit=${file#src/contracts/}
  unit=${unit%%/*}
  if [[ ${rest#*:} =~ \"contracts/([a-z0-9_]+)/ ]]; then
    [[ ${BASH_REMATCH[1]} == "$unit" || ${BASH_REMATCH[1]} =~ ^(native|dialect)$ ]] && continue
  elif [[ ! ${rest#*:} =~ $not_in_unit ]]; then
    continue
  fi
  report "$file:${rest%%:*}" "a unit of contracts is names, routes and shapes alone"
done < <(grep -rnE "$not_in_unit|\"contracts/" src/contracts --include='*.cc' --include='*.h' 2>/dev/null |
  grep -vE '^src/contracts/(native|dialect)/' || true)

if ((violations > 0)); then
  echo "layers: $violations violations"
  exit 1
fi
echo "layers: $checked includes, 0 violations"
