# Sourced by the start scripts beside it.
# shellcheck shell=bash

# free_ports N: that many distinct loopback ports nobody listens on, on one line.
free_ports() {
  python3 - "$1" <<'PY'
import socket, sys
sockets = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in sockets:
    s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in sockets))
PY
}

# wait_for_http URL SECONDS PID LOG: until it answers anything; fails at once when the process has ended.
wait_for_http() {
  local url=$1 until=$((SECONDS + $2)) pid=$3 log=$4
  until curl --silent --noproxy '*' --max-time 2 --output /dev/null "$url"; do
    if ! kill -0 "$pid" 2>/dev/null; then
      echo "$url: the server ended before it answered; its log ends with" >&2
      tail -n 20 "$log" >&2
      return 1
    elif [ "$SECONDS" -ge "$until" ]; then
      echo "$url: no answer after $2 s; the log is $log" >&2
      return 1
    fi
    sleep 0.1
  done
}

# stop_process PIDFILE: ends the process whose id the file holds, gently and then not.
stop_process() {
  local pid
  [ -s "$1" ] || return 0
  pid=$(cat "$1")
  rm -f "$1"
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 50); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
}
