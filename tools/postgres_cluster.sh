#!/usr/bin/env bash
# postgres_cluster.sh start|stop FOLDER [durable]: a PostgreSQL cluster of one's own for tests and benches.
#
# `start` makes the cluster in FOLDER if it is not there yet, starts it on a socket inside FOLDER and on no port,
# and prints its URL. `stop` ends it at once; the folder stays. PostgreSQL refuses to run as root, so root runs it
# as the user `postgres` that Debian's package makes. Members of the role `locked` need a password; everybody else
# is trusted, because only who may enter FOLDER reaches the socket. It does not wait for the disk (fsync = off), unless it is made
# `durable`.
set -euo pipefail

verb=${1:-} folder=${2:-} kind=${3:-}
if [[ ! $verb =~ ^(start|stop)$ || -z $folder ]]; then
  echo "usage: ${0##*/} start|stop FOLDER [durable]" >&2
  exit 2
fi
programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[[ -n $programs ]] || { echo "PostgreSQL is not installed: ./dev setup test" >&2; exit 1; }

# The programs are run from /, because their user may not be allowed into the present folder.
as_owner() {
  if ((EUID == 0)); then
    (cd / && setpriv --reuid=postgres --regid=postgres --init-groups env "$@")
  else
    (cd / && env "$@")
  fi
}

make_cluster() {
  as_owner "$programs/initdb" --pgdata="$folder/data" --username=tillcast --auth=trust --encoding=UTF8 \
    --locale=C.UTF-8 --no-sync >"$folder/initdb.log"
  cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$folder'
shared_buffers = 64MB
max_connections = 200
log_min_messages = warning
CONF
  if [[ $kind != durable ]]; then printf 'fsync = off\nfull_page_writes = off\n' >>"$folder/data/postgresql.conf"; fi
  printf 'local all +locked scram-sha-256\nlocal all all trust\n' >"$folder/data/pg_hba.conf"
}

if [[ $verb == start ]]; then
  mkdir -p "$folder"
  folder=$(cd "$folder" && pwd)
  chmod 700 "$folder"
  if ((EUID == 0)); then chown postgres: "$folder"; fi
  new=no
  if [[ ! -d $folder/data ]]; then
    new=yes
    make_cluster
  fi
  as_owner "$programs/pg_ctl" --pgdata="$folder/data" --log="$folder/server.log" --wait --timeout=60 start >/dev/null ||
    { tail -n 20 "$folder/server.log" >&2; exit 1; }
  if [[ $new == yes ]]; then
    as_owner "$programs/psql" --quiet --host="$folder" --username=tillcast --dbname=postgres \
      --command='CREATE ROLE locked NOLOGIN'
  fi
  echo "postgres://tillcast@/postgres?host=$folder"
else
  folder=$(cd "$folder" && pwd)
  as_owner "$programs/pg_ctl" --pgdata="$folder/data" --mode=immediate --wait stop >/dev/null
fi
