"""Every fault ends as an outcome, really caused, and leaves nothing behind."""

import threading
import time
from dataclasses import replace

import pytest

from cosplit.catalogue import channel
from cosplit.containers.box import BoxFailure
from cosplit.containers.frames import Kind
from cosplit.containers.passes import Passage

pytestmark = [pytest.mark.containers, pytest.mark.usefixtures("nothing_left")]

HOG = "self.hog = [torch.ones(1 << 24) for _ in range(64)]"
FILL = "open('/tmp/full', 'wb').write(bytes(64 << 20))"
FORKS = """
children = 0
while True:
    if os.fork() == 0:
        time.sleep(600)
    children += 1
"""
THREADS = """
torch.set_num_threads(16)
torch.nn.functional.conv2d(torch.zeros(8, 64, 32, 32), torch.zeros(64, 64, 3, 3))
"""


@pytest.fixture
def run(bench, planted, pictures):
    def run(encode="pass", decode="pass", answer_s=60.0, limits=None, meanwhile=None):
        with bench.pair(planted(encode, decode), limits) as pair:
            if meanwhile:
                threading.Thread(target=meanwhile, args=[pair]).start()
            passage = Passage(pair, channel("noiseless"), classes=10, answer_s=answer_s)
            samples = passage.run(pictures)
            return pair, [sample.prediction for sample in samples]

    return run


@pytest.fixture
def expected(pictures):
    return [int(image.astype(int).sum()) % 256 % 10 for image in pictures.images]


def test_without_a_fault_predictions_are_those_of_the_method(run, expected):
    assert run()[1] == expected


@pytest.mark.parametrize("half", ["encode", "decode"])
def test_out_of_memory(run, half):
    with pytest.raises(BoxFailure, match="memory limit") as failure:
        run(**{half: HOG})
    assert failure.value.outcome == "oom"
    assert failure.value.detail.startswith("device" if half == "encode" else "server")


def test_a_container_killed_in_the_middle(run):
    def kill(pair):
        time.sleep(0.5)
        pair.device.container.kill()

    with pytest.raises(BoxFailure, match="status 137") as failure:
        run("time.sleep(600)", meanwhile=kill)
    assert failure.value.outcome == "crash"


@pytest.mark.parametrize("half", ["encode", "decode"])
def test_a_hung_method(run, half):
    start = time.monotonic()
    with pytest.raises(BoxFailure) as failure:
        run(**{half: "time.sleep(600)"}, answer_s=1.0)
    assert failure.value.outcome == "timeout"
    assert time.monotonic() - start < 60


def test_a_full_tmpfs(run):
    with pytest.raises(BoxFailure, match="No space left") as failure:
        run(FILL)
    assert failure.value.outcome == "crash"


def test_a_fork_bomb(run):
    with pytest.raises(BoxFailure, match="temporarily unavailable") as failure:
        run(FORKS)
    assert failure.value.outcome == "crash"


def test_more_threads_than_cores_stay_on_the_cores_given(run, expected, limits):
    pair, predictions = run(THREADS)
    assert predictions == expected
    assert pair.applied["device"].cpus == limits.cpus


def test_printing_does_not_garble_frames(run, expected):
    assert run("print('noise'); os.write(1, b'more')", "print('noise')")[1] == expected


def test_an_exception_is_a_crash_with_its_words(run):
    with pytest.raises(BoxFailure, match="device: ZeroDivisionError") as failure:
        run("1 / 0")
    assert failure.value.outcome == "crash"


@pytest.mark.parametrize(
    ("encode", "outcome"),
    [
        ("return [Bits(b'abc', 24)]", "over_size"),
        ("return ['no message']", "invalid"),
        ("return []", "invalid"),
    ],
)
def test_messages_that_break_a_rule(run, encode, outcome):
    with pytest.raises(BoxFailure) as failure:
        run(encode)
    assert failure.value.outcome == outcome


GARBAGE = "printf 'GET / HTTP/1.1'; sleep 600"
FLOOD = "cat /dev/zero"
TRUNCATED = r"printf '\140\000\000\200abc'; exit 3"  # BITS, 128 bits, then 3 bytes of 16
OVERSIZED = r"printf '\177\377\377\377'; cat /dev/zero"
SLOW = r"printf '\140\000\000\200'; while :; do printf x; sleep 0.4; done"
SILENT = "sleep 600"


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (GARBAGE, "invalid"),
        (FLOOD, "invalid"),
        (TRUNCATED, "crash"),
        (OVERSIZED, "over_size"),
        (SLOW, "timeout"),
        (SILENT, "timeout"),
    ],
    ids=["garbage", "flood", "truncated", "oversized", "slow", "silent"],
)
def test_frames_that_are_none(bench, script, outcome):
    with bench.box("/bin/sh", "-c", script) as box, pytest.raises(BoxFailure) as failure:
        box.ask(b"", {Kind.BITS}, largest=1 << 20, seconds=2.0)
    assert failure.value.outcome == outcome


def test_a_half_that_does_not_read_its_input(bench):
    with bench.box("/bin/sh", "-c", SILENT) as box, pytest.raises(BoxFailure) as failure:
        box.ask(bytes(64 << 20), {Kind.BITS}, seconds=2.0)
    assert failure.value.outcome == "timeout"


def test_a_memory_limit_too_small_to_start_is_oom(bench, limits):
    small = replace(limits, memory_bytes=60 << 20)
    with pytest.raises(BoxFailure) as failure, bench.pair(limits=small):
        pass
    assert failure.value.outcome == "oom"
