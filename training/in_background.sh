#!/bin/sh
# Runs a training below everything else on the machine: in_background.sh <log file> <command...>
# Linux groups processes by session for scheduling, so niceness alone would not yield to other sessions.
# Threads sleep while they wait: a spinning one would keep the core that its starved partner could move to.
set -e
log=$1
shift
mkdir -p "$(dirname "$log")"
setsid sh -c 'echo 19 > /proc/self/autogroup 2>/dev/null || true; exec env OMP_WAIT_POLICY=passive nice -n 19 "$@"' sh "$@" >>"$log" 2>&1 </dev/null &
echo "started, session leader $!"
