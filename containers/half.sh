#!/bin/sh
# Runs one half, by the worker named or the usual one. An engine's own word on an out-of-memory kill
# is unreliable (and a kernel kills the worker, not this shell), so the last words on stderr are what
# the cgroup itself counted.
python3 -m "${1:-cosplit.containers.worker}"
status=$?
cd /sys/fs/cgroup && cat memory/memory.oom_control memory.events 2> /dev/null | grep '^oom_kill ' >&2
exit $status
