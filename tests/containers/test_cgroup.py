"""Both versions of cgroups are read alike, and a limit that was not applied is noticed."""

from dataclasses import replace

import pytest

from cosplit.containers.cgroup import END, parse
from cosplit.containers.limits import Limits, check_applied, not_applied
from cosplit.errors import CosplitError

NO_SWAP = "/proc/swaps:Filename Type Size Used Priority"
SWAP = f"{NO_SWAP}\n/proc/swaps:/dev/vdb partition 1000 0 -2"
VERSION_1 = """
/sys/fs/cgroup/memory/memory.limit_in_bytes:335544320
/sys/fs/cgroup/memory/memory.max_usage_in_bytes:183861248
/sys/fs/cgroup/cpu/cpu.cfs_quota_us:3400
/sys/fs/cgroup/cpu/cpu.cfs_period_us:10000
/sys/fs/cgroup/cpu/cpu.stat:nr_periods 566
/sys/fs/cgroup/cpu/cpu.stat:nr_throttled 563
/sys/fs/cgroup/cpu/cpu.stat:throttled_time 2500000000
/sys/fs/cgroup/cpuacct/cpuacct.usage:1500000000
/sys/fs/cgroup/cpuset/cpuset.cpus:1
/sys/fs/cgroup/pids/pids.max:64
"""
VERSION_2 = """
/sys/fs/cgroup/memory.max:335544320
/sys/fs/cgroup/memory.swap.max:0
/sys/fs/cgroup/memory.peak:183861248
/sys/fs/cgroup/cpu.max:3400 10000
/sys/fs/cgroup/cpu.stat:usage_usec 1500000
/sys/fs/cgroup/cpu.stat:nr_periods 566
/sys/fs/cgroup/cpu.stat:nr_throttled 563
/sys/fs/cgroup/cpu.stat:throttled_usec 2500000
/sys/fs/cgroup/cpuset.cpus.effective:1
/sys/fs/cgroup/pids.max:64
"""
MEMSW = "/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes:"
ASKED = Limits(335544320, 64, 1 << 20, threads=1, cpus="1", period_us=10_000, quota_us=3400)


def reading(text):
    return parse(f"{text}\n{END}\n")


def test_both_versions_say_the_same():
    assert reading(NO_SWAP + VERSION_1) == reading(NO_SWAP + VERSION_2)


@pytest.mark.parametrize("text", [NO_SWAP + VERSION_1, NO_SWAP + VERSION_2, SWAP + VERSION_2])
def test_limits_that_hold_are_accepted(text):
    seen = reading(text)
    assert not_applied(ASKED, seen) == []
    check_applied(ASKED, seen)
    assert (seen.cpu_seconds, seen.throttled_seconds) == (1.5, 2.5)
    assert (seen.periods, seen.throttled_periods) == (566, 563)


def test_swap_that_is_not_limited_is_noticed():
    """Seen: the engine shows a swap limit where the kernel accounts none."""
    assert not_applied(ASKED, reading(SWAP + VERSION_1)) == [
        "memory and swap: asked 335544320, applied None"
    ]
    assert not_applied(ASKED, reading(f"{SWAP}{VERSION_1}{MEMSW}335544320")) == []
    assert not_applied(ASKED, reading(f"{SWAP}{VERSION_1}{MEMSW}9223372036854771712"))
    assert not_applied(ASKED, reading(SWAP + VERSION_2.replace("swap.max:0", "swap.max:max")))


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("memory.max:335544320", "memory.max:max", "memory"),
        ("cpu.max:3400 10000", "cpu.max:max 100000", "quota"),
        ("cpu.max:3400 10000", "cpu.max:3400 100000", "period"),
        ("effective:1", "effective:0-1", "cpus"),
        ("pids.max:64", "pids.max:max", "pids"),
    ],
)
def test_each_limit_that_is_missing_is_named(old, new, name):
    seen = reading(NO_SWAP + VERSION_2.replace(old, new))
    assert any(words.startswith(f"{name}: asked") for words in not_applied(ASKED, seen))
    with pytest.raises(CosplitError, match="did not apply a limit"):
        check_applied(ASKED, seen)


def test_no_quota_is_none_in_both_versions():
    whole = replace(ASKED, quota_us=None)
    one = VERSION_1.replace("quota_us:3400", "quota_us:-1")
    two = VERSION_2.replace("3400 10000", "max 100000")
    for text in (one, two):
        assert reading(NO_SWAP + text).quota_us is None
        assert not_applied(whole, reading(NO_SWAP + text)) == []


@pytest.mark.parametrize("text", ["", VERSION_2, "OCI runtime exec failed"])
def test_what_breaks_off_is_no_reading(text):
    with pytest.raises(EOFError):
        parse(text)
