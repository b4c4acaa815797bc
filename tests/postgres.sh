#!/usr/bin/env bash
# Runs a command with a private Postgres: a cluster of its own in a temporary directory, on a
# free port of the loopback interface, gone when the command ends, however it ends.
#
# usage: tests/postgres.sh run COMMAND…
#        tests/postgres.sh pair COMMAND…
#
# The command finds the server in FOLKMOOT_TEST_POSTGRES. With `pair` there is a standby of it, too,
# in FOLKMOOT_TEST_STANDBY, that follows it by streaming replication.
set -euo pipefail

say() { printf 'postgres.sh: %s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# The folder that holds initdb and postgres, or nothing.
find_binaries() {
  local folder
  for folder in ${PG_BINDIR:+"$PG_BINDIR"} $(compgen -G '/usr/lib/postgresql/*/bin' | sort -Vr); do
    if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
      printf '%s\n' "$folder"
      return
    fi
  done
  if folder=$(command -v initdb) && command -v postgres >/dev/null; then
    dirname "$(readlink -f "$folder")"
  fi
}

install_binaries() {
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    fail "PostgreSQL is missing: install it (Debian: apt-get install postgresql; macOS: brew install postgresql) or set PG_BINDIR to the folder that holds initdb and postgres"
  fi
  say 'PostgreSQL is missing; installing the Debian package postgresql'
  export DEBIAN_FRONTEND=noninteractive
  {
    # No cluster of the system's own: only the binaries are wanted.
    mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/folkmoot-tests.conf
    apt-get install -y --no-install-recommends postgresql ||
      { apt-get update && apt-get install -y --no-install-recommends postgresql; }
  } >&2 || fail 'PostgreSQL could not be installed: install the package postgresql, then run this again'
}

# Postgres refuses to run as root.
as_owner() {
  if [ "$(id -u)" -ne 0 ]; then
    "$@"
  elif command -v setpriv >/dev/null; then
    setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
  else
    runuser -u postgres -- "$@"
  fi
}

free_port() {
  local port
  for _ in $(seq 100); do
    port=$((RANDOM % 20000 + 20000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s\n' "$port"
      return
    fi
  done
  fail 'no free port between 20000 and 39999 on 127.0.0.1'
}

server=
standby=
home=

# INT is a fast shutdown: open connections are closed. The job is a shell around the server, so
# that the server's own id comes from its file.
stop_one() {
  if [ -s "$home/$1/postmaster.pid" ]; then
    kill -INT "$(head -n 1 "$home/$1/postmaster.pid")" 2>/dev/null || true
  fi
  wait "$2" 2>/dev/null || true
}

stop() {
  if [ -n "$standby" ]; then
    stop_one standby "$standby"
    standby=
  fi
  if [ -n "$server" ]; then
    stop_one data "$server"
    server=
  fi
}

remove() {
  local status=$?
  trap - EXIT
  stop
  [ -z "$home" ] || rm -rf "$home"
  exit "$status"
}

run() {
  local port
  binaries=$(find_binaries)
  if [ -z "$binaries" ]; then
    install_binaries
    binaries=$(find_binaries)
    [ -n "$binaries" ] || fail 'PostgreSQL was installed but initdb was not found: set PG_BINDIR'
  fi
  trap remove EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  home=$(mktemp -d "${TMPDIR:-/tmp}/folkmoot-postgres.XXXXXX")
  if [ "$(id -u)" -eq 0 ]; then
    id postgres >/dev/null 2>&1 || fail 'the user postgres is missing: create it (useradd --system postgres), Postgres does not run as root'
    chown postgres "$home"
  fi
  (cd "$home" && as_owner "$binaries/initdb" --pgdata="$home/data" --username=postgres --auth=trust \
    --encoding=UTF8 --locale=C --no-sync >"$home/log" 2>&1) ||
    { cat "$home/log" >&2; fail 'initdb failed'; }
  for _ in 1 2 3; do
    port=$(free_port)
    serve data "$port" log -c full_page_writes=off "${commits[@]}"
    server=$!
    if is_ready "$server" log; then
      export FOLKMOOT_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
      [ -z "$is_pair" ] || begin_standby "$port"
      "$@" && return
      return $?
    fi
    # Somebody else took the port first: try another.
    stop
  done
  cat "$home/log" >&2
  fail 'the private Postgres did not start'
}

# A folder, a port, a log and more options. Nothing here outlives the command, so nothing needs to
# reach the disk.
serve() {
  local folder=$1 port=$2 log=$3
  shift 3
  cd "$home" || exit
  as_owner "$binaries/postgres" -D "$home/$folder" -p "$port" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=300 \
    "$@" >>"$home/$log" 2>&1 &
  cd "$OLDPWD" || exit
}

is_ready() {
  for _ in $(seq 300); do
    if grep -Eqs 'ready to accept (read-only )?connections' "$home/$2"; then
      return
    fi
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  return 1
}

begin_standby() {
  local port
  (cd "$home" && as_owner "$binaries/pg_basebackup" --pgdata="$home/standby" --write-recovery-conf \
    --wal-method=stream --checkpoint=fast --no-sync --dbname="$FOLKMOOT_TEST_POSTGRES" >>"$home/log" 2>&1) ||
    { cat "$home/log" >&2; fail 'pg_basebackup failed'; }
  for _ in 1 2 3; do
    port=$(free_port)
    # What holds up replay gives way soon, and yet no short question does.
    serve standby "$port" standby.log -c max_standby_streaming_delay=1s -c wal_retrieve_retry_interval=100ms
    standby=$!
    if is_ready "$standby" standby.log; then
      export FOLKMOOT_TEST_STANDBY="postgres://postgres@127.0.0.1:$port/postgres"
      return
    fi
    stop_one standby "$standby"
  done
  cat "$home/standby.log" >&2
  fail 'the standby did not start'
}

case "${1:-}" in
  run)
    is_pair=
    commits=(-c synchronous_commit=off)
    ;;
  pair)
    is_pair=yes
    # Standbys get what was flushed: a commit that waits for nothing would reach them late.
    commits=(-c synchronous_commit=on)
    ;;
  *) fail 'usage: tests/postgres.sh run|pair COMMAND…' ;;
esac
[ $# -ge 2 ] || fail 'usage: tests/postgres.sh run|pair COMMAND…'
shift
run "$@"
