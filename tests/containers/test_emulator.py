"""The emulated tier from end to end, and calibration by its own word."""

import math
from dataclasses import replace

import pytest

from cosplit import catalogue
from cosplit.containers import calibrate as calibration
from cosplit.containers.box import Box
from cosplit.containers.emulator import Emulator
from cosplit.containers.limits import Limits
from cosplit.containers.passes import Passage
from cosplit.containers.verify import verify
from cosplit.errors import CosplitError
from cosplit.link import Link
from cosplit.profile import load_profile


@pytest.fixture(scope="module")
def device():
    """A device slow enough for the calibration to hold on a busy machine."""
    return load_profile("raspberry-pi-3").model_copy(update={"flops_per_s": 3e9})


@pytest.fixture(scope="module")
def found(client, image, device):
    return calibration.calibrate(client, image, device)


@pytest.mark.containers
def test_a_quota_slows_the_kernels_to_the_speed_asked(found):
    assert found.quota_us is not None
    assert found.delivered_flops_per_s < found.free_flops_per_s / 1.5
    assert found.holds == (abs(found.delivered_flops_per_s / 3e9 - 1) <= 0.05)


@pytest.mark.containers
def test_a_quota_of_half_halves_the_speed(client, image, limits):
    """Both taken in one container, one after the other; a busy machine moves each by some."""
    with Box("device", client, image.tag, limits.with_quota(6000)) as box:
        more = calibration.speeds(box)["flops_per_s"]
        box.set_quota(1500)
        before = box.reading()
        less = calibration.speeds(box)["flops_per_s"]
        after = box.reading()
    assert 1.5 < more / less < 8
    assert after.throttled_periods > before.throttled_periods
    assert (after.quota_us, after.period_us) == (1500, 10_000)


@pytest.mark.containers
def test_verify_reads_back_what_was_asked(client, image, device, found, tmp_path):
    with pytest.raises(CosplitError, match="cosplit profile calibrate raspberry-pi-3"):
        verify(tmp_path, client, image, device)
    calibration.store(tmp_path, client, device, found)
    seen = verify(tmp_path, client, image, device)
    assert seen.not_applied == []
    assert seen.fidelity.applied["quota_us"] == found.quota_us
    assert seen.fidelity.delivered["throttled_periods"] > 0
    assert seen.holds == seen.speed.holds


@pytest.mark.containers
def test_verify_fails_where_the_speed_is_off(client, image, device, found, tmp_path):
    fast = device.model_copy(update={"flops_per_s": 30e12})
    calibration.store(tmp_path, client, fast, found.model_copy(update={"asked_flops_per_s": 30e12}))
    assert not verify(tmp_path, client, image, fast).holds


@pytest.mark.containers
def test_a_device_that_no_core_reaches_is_not_said_to_hold(client, image, device):
    found = calibration.calibrate(client, image, device.model_copy(update={"flops_per_s": 30e12}))
    assert found.quota_us is None
    assert not found.holds


@pytest.fixture
def model(tmp_path):
    """PNG offloading with a network of initial weights."""
    from cosplit.artifacts import ArtifactStore

    task, method = catalogue.task("digits"), catalogue.method("png")
    (point,) = method.points(task)
    store = ArtifactStore(tmp_path / "store")
    store.save(task, "png", point, method.build(task, point, {}))
    return task, method, point, store


@pytest.mark.containers
def test_a_point_is_measured_as_it_computes_here(client, model, device, tmp_path):
    import torch

    from cosplit.data import load

    task, method, point, store = model
    images = load(task, "test").balanced(20, seed=0)
    server, said = load_profile("edge-server-rtx-2080-ti"), []
    with Emulator(device, server, cache=tmp_path, say=said.append) as emulator:
        assert emulator.name == "raspberry-pi-3+edge-server-cpu"
        seen = emulator.measure(
            task,
            method,
            lambda half: store.pack(task, "png", point, half),
            images,
            catalogue.channel("noiseless"),
        )
    assert any("edge-server-cpu is emulated, not edge-server-rtx-2080-ti" in line for line in said)
    here = store.load(task, method, point)
    with torch.inference_mode():
        sent = here.codec.encode(here.device(torch.from_numpy(images.images)))
        logits = here.server(here.codec.decode(sent))
    assert (seen.outcome, seen.detail) == ("ok", "")
    assert [s.prediction for s in seen.samples] == logits.argmax(1).tolist()
    assert [s.frame[4:] for s in seen.samples] == [m.data for m in sent]
    assert sorted(s.link_s for s in seen.samples)[10] <= 1e-3
    assert [f.profile for f in seen.fidelity] == ["raspberry-pi-3", "edge-server-cpu"]
    fields = seen.fields(task.rates)
    assert fields["latency_emulated_ms"].keys() == {f"{rate:g}" for rate in task.rates}
    assert 50e6 < fields["peak_memory_bytes"] <= device.emulation.memory_bytes
    assert fields["cpu_seconds_per_image"] > 0


@pytest.mark.containers
def test_a_paced_pass_takes_the_sum_of_its_parts(bench, pictures):
    """Real bytes at 100 B/s into the server's container: 1 byte and 4 of framing, 50 ms."""
    with bench.pair() as pair:
        slow = Passage(pair, catalogue.channel("noiseless"), 10, Link(100)).run(pictures)
        fast = Passage(pair, catalogue.channel("noiseless"), 10, Link(math.inf)).run(pictures)
    assert all(0.05 <= sample.link_s < 0.5 for sample in slow)
    assert [s.prediction for s in slow] == [s.prediction for s in fast]


def test_calibrations_of_other_machines_and_profiles_are_not_used(tmp_path, device):
    from types import SimpleNamespace

    def engine(name):
        return SimpleNamespace(info=lambda: {"ID": name})

    kept = calibration.Calibration(
        profile=device.name,
        asked_flops_per_s=1,
        free_flops_per_s=2,
        delivered_flops_per_s=1,
        matrix_flops_per_s=1,
        copy_bytes_per_s=1,
        cpus="0",
        quota_us=1000,
        period_us=10_000,
        image="",
        machine="",
        made="",
    )
    calibration.store(tmp_path, engine("a"), device, kept)
    assert calibration.stored(tmp_path, engine("a"), device) == kept
    assert calibration.stored(tmp_path, engine("b"), device) is None
    edited = device.model_copy(update={"flops_per_s": 4e9})
    assert calibration.stored(tmp_path, engine("a"), edited) is None


def test_limits_come_from_the_profile(device):
    limits = Limits.of(device.emulation, "1", 3400)
    assert limits.memory_bytes == device.emulation.memory_bytes
    assert replace(limits, quota_us=None) == limits.with_quota(None)
