"""What is saved is loaded: exact tables, tensors stored once, one half alone."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from cosplit.artifacts import ArtifactStore, unpack
from cosplit.backbones import build_backbone
from cosplit.method import Method
from cosplit.point import OperatingPoint
from cosplit.split import SplitModel
from cosplit.task import Task
from cosplit.tensorfile import read_header, read_tensors

POINT = OperatingPoint("conv4_x", {"keep": 0.5})
OTHER = OperatingPoint("conv4_x", {"keep": 0.25})
Model = Callable[..., SplitModel]
Equal = Callable[[SplitModel, SplitModel], bool]


def test_weights_are_rounded_and_tables_are_exact(
    store: ArtifactStore, task: Task, fake: Method, model: Model, equal_as_stored: Equal
) -> None:
    saved = model()
    path = store.save(task, "fake", POINT, saved)
    assert path == store.root / "digits" / "fake" / "conv4_x-keep0.5.safetensors"
    stored = read_tensors(path)
    types = {name: value.dtype for name, value in stored.items()}
    assert types["device.0.weight"] == types["device.1.running_var"] == torch.bfloat16
    assert types["codec.encoder.values"] == torch.float32
    assert types["device.1.num_batches_tracked"] == torch.int64
    loaded = store.load(task, fake, POINT)
    assert equal_as_stored(loaded, saved)
    assert loaded.config == {"width": 4}
    assert all(value.dtype != torch.bfloat16 for value in loaded.state_dict().values())
    assert not any(m.training for m in loaded.modules())


def test_one_half_alone(store: ArtifactStore, task: Task, fake: Method, model: Model) -> None:
    saved = model()
    store.save(task, "fake", POINT, saved)
    device = store.load(task, fake, POINT, "device")
    assert {n.rpartition(".")[0] for n in device.state_dict()} == {
        "device.0",
        "device.1",
        "codec.encoder",
    }
    assert torch.equal(device.codec.encoder.values, saved.codec.encoder.values)
    data = store.pack(task, "fake", POINT, "server")
    assert len(data) < 2 * sum(p.numel() for p in saved.server.parameters()) + 2000
    server = unpack(data, task, fake)
    image = torch.rand(2, 4, 8, 8)
    assert torch.equal(server.server(image), store.load(task, fake, POINT).server(image))
    assert isinstance(server.device, nn.Identity)
    assert isinstance(server.codec.encoder, nn.Identity)


def test_equal_tensors_are_stored_once(
    store: ArtifactStore, task: Task, fake: Method, model: Model, equal_as_stored: Equal
) -> None:
    first, second = model(), model(1)
    second.server.load_state_dict(first.server.state_dict())
    whole = store.save(task, "fake", POINT, first).stat().st_size
    path = store.save(task, "fake", OTHER, second)
    assert path.stat().st_size < whole / 3
    references = read_header(path).notes["references"]
    assert references.keys() == {"server.1.weight"}  # smaller ones are not worth it
    assert references["server.1.weight"][0] == "fake/conv4_x-keep0.5.safetensors"
    assert equal_as_stored(store.load(task, fake, OTHER), second)


def test_of_two_files_with_a_tensor_the_base_is_referred_to(
    store: ArtifactStore, task: Task, model: Model
) -> None:
    apart = ArtifactStore(store.root, share=False)
    apart.save_base(task, model())
    apart.save(task, "fake", POINT, model())
    path = store.save(task, "fake", OTHER, model())
    references = read_header(path).notes["references"]
    assert references["server.1.weight"][0] == "base.safetensors"


def test_files_that_share_nothing_can_be_deleted(
    tmp_path: Path, task: Task, fake: Method, model: Model
) -> None:
    store = ArtifactStore(tmp_path, share=False)
    first, second = (store.save(task, "fake", point, model()) for point in (POINT, OTHER))
    assert read_header(second).notes["references"] == {}
    first.unlink()
    store.load(task, fake, OTHER)


def test_replacing_a_file_leaves_those_that_refer_to_it_whole(
    store: ArtifactStore, task: Task, fake: Method, model: Model, equal_as_stored: Equal
) -> None:
    first, second, third = model(), model(1), model(2)
    second.server.load_state_dict(first.server.state_dict())
    store.save(task, "fake", POINT, first)
    path = store.save(task, "fake", OTHER, second, {"kept": 1})
    store.save(task, "fake", POINT, third)
    assert equal_as_stored(store.load(task, fake, POINT), third)
    assert equal_as_stored(store.load(task, fake, OTHER), second)
    assert read_header(path).notes["references"] == {}
    assert store.notes(task, "fake", OTHER)["extra"] == {"kept": 1}


def test_saving_again_changes_nothing(
    store: ArtifactStore, task: Task, fake: Method, model: Model
) -> None:
    second = model(1)
    second.server.load_state_dict(model().server.state_dict())
    paths = [store.save(task, "fake", POINT, model()), store.save(task, "fake", OTHER, second)]
    before = [path.read_bytes() for path in paths]
    store.save(task, "fake", POINT, model())
    store.save(task, "fake", OTHER, second)
    assert [path.read_bytes() for path in paths] == before


def test_points_and_extras_are_read_without_torch(
    store: ArtifactStore, task: Task, fake: Method, model: Model
) -> None:
    store.save(task, "fake", POINT, model(), {"validation_accuracy": 0.94})
    store.save(task, "fake", OTHER, model(1))
    assert store.points(task, "fake") == [OTHER, POINT]
    assert store.points(task, "none") == []
    script = (
        "import sys; from pathlib import Path; from cosplit.artifacts import ArtifactStore;"
        "from cosplit.task import load_task; task = load_task('digits');"
        "store = ArtifactStore(Path(sys.argv[1])); points = store.points(task, 'fake');"
        "print(len(points), store.notes(task, 'fake', points[1])['extra'], 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(store.root)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "2 {'validation_accuracy': 0.94} False\n"


def test_the_base_is_rebuilt_from_its_file(store: ArtifactStore, task: Task) -> None:
    network = build_backbone(task).eval()
    store.save_base(task, network, {"recipe": "this"})
    loaded = store.load_base(task)
    state = network.state_dict()
    assert all(
        torch.equal(value, state[name].bfloat16().to(value))
        for name, value in loaded.state_dict().items()
    )
    assert read_header(store.base_path(task)).notes["extra"] == {"recipe": "this"}


def test_seeds_are_kept_apart_and_share_tensors(
    store: ArtifactStore, task: Task, fake: Method, model: Model, equal_as_stored: Equal
) -> None:
    first, second = model(), model(1)
    second.server.load_state_dict(first.server.state_dict())
    again = ArtifactStore(store.root, seed=1)
    for name, each in (("fake", store), ("fake_too", ArtifactStore(store.root, seed=2))):
        each.save(task, name, POINT, first)
    path = again.save(task, "fake", POINT, second)
    assert path == store.root / "digits" / "fake.seed1" / "conv4_x-keep0.5.safetensors"
    assert read_header(path).notes["references"].keys() == {"server.1.weight"}
    assert equal_as_stored(again.load(task, fake, POINT), second)
    assert equal_as_stored(store.load(task, fake, POINT), first)
    assert store.seeds(task, "fake") == again.seeds(task, "fake") == [0, 1]
    assert store.seeds(task, "fake_too") == [2]
    assert ArtifactStore(store.root, seed=2).points(task, "fake") == []
