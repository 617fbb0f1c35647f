#!/usr/bin/env bash
# Shows that check_layers.sh finds what it is for: each case is a small tree with one line in one file.
set -euo pipefail
check=$(cd "$(dirname "$0")" && pwd)/check_layers.sh
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
passed=0
failed=0

# run_case EXPECTED FILE LINE: EXPECTED is "ok" or a part of the message.
run_case() {
  local expected=$1 file=$2 line=$3 output status=0
  rm -rf "$root/src"
  mkdir -p "$root/src/$(dirname "$file")"
  printf '%s\n' "$line" >"$root/src/$file"
  output=$("$check" "$root" 2>&1) || status=$?
  if [[ $expected == ok && $status == 0 ]] ||
    [[ $expected != ok && $status == 1 && $output == *"src/$file:1: "*"$expected"* ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED: %s with %s: expected "%s", status %s, output:\n%s\n' \
      "$file" "$line" "$expected" "$status" "$output"
  fi
}

run_case ok feed/tailer.cc '#include "commerce/orders.h"'
run_case ok feed/tailer.cc '#include "feed/tailer.h"'
run_case ok app/main.cc '#include "storage/sqlite/database.h"'
run_case ok storage/sqlite/database.cc '#include "storage/sqlite/database.h"'
run_case ok storage/sqlite/database.cc '#include <sqlite3.h>'
run_case ok storage/sqlite/database.cc '#include "storage/database.h"'
run_case ok storage/database_contract_test.cc '#include "storage/sqlite/database.h"'
run_case ok realtime/server_test.cc '#include "net/event_loop.h"'
run_case ok net/event_loop.cc '#include <sys/epoll.h>'
run_case ok net/connection.h '#include "realtime/session.h"'
run_case ok contracts/native/routes.cc '// What the SELECT of a page gives FROM one snapshot.'
run_case ok contracts/native/routes.cc 'router.update("set");'

run_case 'must not include commerce' base/clock.h '#include "commerce/orders.h"'
run_case 'must not include auth' protocol/http.cc '#include "auth/token.h"'
run_case 'must not include commerce' realtime/room.cc '#include "commerce/orders.h"'
run_case 'must not include realtime' commerce/orders.cc '  #  include "realtime/room.h"'
run_case 'must not include feed' commerce/orders_test.cc '#include "feed/tailer.h"'
run_case 'must not include net' contracts/native.cc '#include "net/listener.h"'
run_case 'must not include app' net/listener.cc '#include "app/config.h"'
run_case 'net includes realtime, protocol and base alone' net/listener.cc '#include "storage/database.h"'
run_case 'the driver storage/sqlite is included by app alone' feed/tailer.cc '#include "storage/sqlite/database.h"'
run_case 'the driver storage/sqlite is included by app alone' storage/open.cc '#include "storage/sqlite/database.h"'
run_case 'not written from src/' base/clock.cc '#include "clock.h"'
run_case 'not written from src/' base/clock.cc '#include "../auth/token.h"'
run_case 'not in the table' helpers/strings.cc '#include "base/clock.h"'
run_case 'sockets are in net alone' realtime/session.cc '#include <sys/socket.h>'
run_case 'for storage/sqlite alone' commerce/orders.cc '#include <sqlite3.h>'
run_case ok storage/postgres/connection.cc '#include <libpq-fe.h>'
run_case 'for storage/postgres alone' storage/reader_pool.cc '#include <libpq-fe.h>'
run_case 'no threads' protocol/http.cc '#include <mutex>'
run_case 'no SQL' contracts/native/routes.cc 'auto q = "SELECT id FROM product";'
run_case 'no SQL' contracts/native/routes.cc 'auto q = "update product set stock = 0";'
run_case 'no SQL' contracts/native/routes.cc 'auto q = "INSERT OR IGNORE INTO product";'
run_case ok contracts/bakery/orders.cc '#include "contracts/dialect/bodies.h"'
run_case 'names, routes and shapes alone' contracts/bakery/orders.cc '#include "contracts/bva/shapes.h"'
run_case 'names, routes and shapes alone' contracts/bakery/orders.cc '#include "storage/query.h"'
run_case 'names, routes and shapes alone' contracts/bakery/live.cc 'if (auth::may_join(who, room)) return;'
run_case 'names, routes and shapes alone' contracts/bakery/live.cc 'mutable int sockets_ = 0;'
run_case ok contracts/dialect/port.cc '#include "storage/reader_pool.h"'

echo "$passed passed, $failed failed"
((failed == 0))
