"""Scoring: what is seen, how often each half works, and that failures are observations."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.data import ImageSet
from cosplit.measure.observation import UNEQUAL, load, save
from cosplit.measure.score import one_image, score
from cosplit.message import Bits, Symbols
from cosplit.seeds import generator
from cosplit.split import SplitModel

CLASSES = 4


def brightness_images(n: int = 40, index: "np.ndarray | None" = None) -> ImageSet:
    """Image i shows class i % 4 as its brightness."""
    labels = np.arange(n) % CLASSES
    images = np.repeat((labels * 60)[:, None], 3 * 4, axis=1).reshape(n, 3, 2, 2)
    return ImageSet.of(images, labels, np.arange(n) if index is None else index, n)


class Mean(nn.Module):
    """Images to their brightness class as a float (n, 1); counts its calls."""

    calls = 0

    def forward(self, images: Tensor) -> Tensor:
        self.calls += 1
        return images.float().mean((1, 2, 3), keepdim=False)[:, None] / 60


class Nearest(nn.Module):
    """Features (n, 1) to logits, highest at the nearest class; counts its calls."""

    calls = 0

    def forward(self, feature: Tensor) -> Tensor:
        self.calls += 1
        return -(feature - torch.arange(CLASSES)).abs()


class ByteCodec(Codec):
    """The class as one byte."""

    max_bits = 8

    def __init__(self) -> None:
        super().__init__()
        self.encoder = self.decoder = nn.Identity()
        self.encoded = 0

    def forward(self, feature, channel=None, noise=None):
        return feature

    def encode(self, feature, level=None):
        self.encoded += 1
        return [Bits.of_bytes(bytes([int(x)])) for x in feature[:, 0]]

    def decode(self, received, level=None):
        return torch.tensor([[float(m.data[0])] for m in received])


class UnaryCodec(ByteCodec):
    """The class as that many ones and a zero: prefix-free, of 1 to 4 bits."""

    prefix_free = True
    max_bits = 4

    def encode(self, feature, level=None):
        lengths = [int(x) + 1 for x in feature[:, 0]]
        return [Bits(bytes([(0xFF00 >> (n - 1)) & 0xFF]), n) for n in lengths]

    def decode(self, received, level=None):
        return torch.tensor([[m.n_bits - 1.0] for m in received])


class SymbolCodec(ByteCodec):
    """The class as one symbol in [-1, 1]; remembers the levels it was told."""

    max_bits, max_uses = None, 1
    designed_for = "awgn"

    def encode(self, feature, level=None):
        self.encoded += 1
        return [Symbols.of([float(x) / 1.5 - 1]) for x in feature[:, 0]]

    def decode(self, received, level=None):
        return torch.tensor([[float((m.values()[0] + 1) * 1.5)] for m in received])


def fake_model(codec: Codec) -> SplitModel:
    return SplitModel(Mean(), codec, Nearest(), {})


class Lossless(Channel):
    kind = "noiseless"
    name = "noiseless"
    level = None

    def capacity(self):
        return float("inf")

    def send(self, message, rng):
        return message

    def transmit(self, values, noise):
        return values


class Gauss(Lossless):
    """Noise of standard deviation 10^(-snr_db / 20) on each symbol."""

    kind = "awgn"

    def __init__(self, level):
        self.snr_db = level

    name = property(lambda self: f"awgn{self.snr_db:g}")
    level = property(lambda self: self.snr_db)

    def capacity(self):
        return 0.5 * np.log2(1 + 10 ** (self.snr_db / 10))

    def send(self, message, rng):
        return Symbols.of(message.values() + rng.normal(0, 10 ** (-self.snr_db / 20)))


GRID = [Gauss(level) for level in (0.0, 5.0, 10.0, 20.0)]


def test_a_perfect_path_is_right_and_charged_as_sent():
    (seen,) = score(fake_model(ByteCodec()), brightness_images(), [Lossless()])
    assert seen.outcome == "ok"
    assert seen.correct.all()
    assert seen.bits.tolist() == [8] * 40
    assert not len(seen.uses)


def test_unary_messages_are_charged_their_own_length():
    (seen,) = score(fake_model(UnaryCodec()), brightness_images(8), [Lossless()])
    assert seen.bits.tolist() == [1, 2, 3, 4] * 2


def test_a_noise_grid_runs_the_device_once_and_the_server_k_times():
    model, images = fake_model(ByteCodec()), brightness_images(40)
    score(model, images, [Lossless(), Lossless(), Lossless()], batch_size=10)
    assert (model.device.calls, model.codec.encoded, model.server.calls) == (4, 4, 12)


def test_a_code_that_is_told_the_level_encodes_once_a_level():
    model = fake_model(SymbolCodec())
    score(model, brightness_images(10), [*GRID, Gauss(0.0)])
    assert (model.device.calls, model.codec.encoded, model.server.calls) == (1, 4, 5)


@pytest.mark.parametrize("codec", [ByteCodec, SymbolCodec])
def test_batch_size_changes_nothing(codec):
    channels = GRID if codec is SymbolCodec else [Lossless()]
    runs = [
        score(fake_model(codec()), brightness_images(33), channels, seed=3, batch_size=size)
        for size in (1, 7, 33)
    ]
    for run in runs[1:]:
        for one, other in zip(runs[0], run, strict=True):
            assert (one.correct == other.correct).all()
            assert (one.bits == other.bits).all()
            assert (one.uses == other.uses).all()


def test_noise_belongs_to_the_image_not_to_its_place_in_the_run():
    whole = brightness_images(40)
    part = whole.take(np.arange(3, 40, 5))
    (all_seen,) = score(fake_model(SymbolCodec()), whole, [Gauss(-5.0)])
    (part_seen,) = score(fake_model(SymbolCodec()), part, [Gauss(-5.0)])
    assert 0 < all_seen.correct.mean() < 1
    assert (part_seen.correct == all_seen.correct[3::5]).all()


def test_noise_is_named_by_seed_channel_and_image():
    met = []

    class Recorder(Gauss):
        def send(self, message, rng):
            met.append(rng.normal())
            return message

    score(fake_model(SymbolCodec()), brightness_images(3), [Recorder(5.0)], seed=7)
    assert met == [generator(7, "noise", "awgn5", k).normal() for k in range(3)]


def test_symbols_are_counted_in_channel_uses():
    seen = score(fake_model(SymbolCodec()), brightness_images(8), GRID)
    assert [o.code for o in seen] == ["symbols"] * 4
    assert all(o.uses.tolist() == [1] * 8 and not len(o.bits) for o in seen)


class Chatty(SymbolCodec):
    max_uses = 2

    def encode(self, feature, level=None):
        return [Symbols.of([0.0] * (1 + k % 2)) for k in range(len(feature))]


def test_symbol_messages_of_unequal_length_are_invalid():
    seen = score(fake_model(Chatty()), brightness_images(8), GRID)
    assert {(o.outcome, o.detail) for o in seen} == {("invalid", UNEQUAL)}


class Oversized(ByteCodec):
    max_bits = 7


class Loud(SymbolCodec):
    def encode(self, feature, level=None):
        return [Symbols.of([1.2]) for _ in feature]


class Wordy(ByteCodec):
    def encode(self, feature, level=None):
        return [Bits(b"", 0)] * (len(feature) + 1)


class Pickler(ByteCodec):
    def encode(self, feature, level=None):
        return [feature] * len(feature)


class Crasher(ByteCodec):
    def decode(self, received, level=None):
        raise RuntimeError("two\nlines")


class Exhausted(ByteCodec):
    def decode(self, received, level=None):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried 8 bytes")


@pytest.mark.parametrize(
    ("codec", "outcome", "detail"),
    [
        (Oversized, "over_size", "a message of 8 bits; declared: 7"),
        (Loud, "over_power", "mean power 1.44"),
        (Wordy, "invalid", "41 messages for 40 images"),
        (Pickler, "invalid", "a Tensor is not a message"),
        (Crasher, "crash", "RuntimeError: two lines"),
        (Exhausted, "oom", "allocate memory"),
    ],
)
def test_failure_is_an_observation(codec, outcome, detail):
    channel = GRID[0] if codec is Loud else Lossless()
    model = fake_model(codec())
    (seen,) = score(model, brightness_images(), [channel])
    assert seen.outcome == outcome
    assert detail in seen.detail
    assert "\n" not in seen.detail
    image = torch.zeros(1, 3, 2, 2, dtype=torch.uint8)
    assert one_image(model, image, channel, np.random.default_rng(0)) == outcome


class Nan(nn.Module):
    def forward(self, values):
        return values * torch.nan


@pytest.mark.parametrize(("half", "what"), [("device", "feature"), ("server", "logits")])
def test_nan_is_invalid_and_says_where(half, what):
    model = fake_model(ByteCodec())
    setattr(model, half, nn.Sequential(getattr(model, half), Nan()))
    (seen,) = score(model, brightness_images(), [Lossless()])
    assert seen.outcome == "invalid"
    assert what in seen.detail


def test_logits_of_the_wrong_shape_are_invalid():
    model = fake_model(ByteCodec())
    model.server = nn.Sequential(model.server, nn.Flatten(0))
    (seen,) = score(model, brightness_images(), [Lossless()])
    assert seen.outcome == "invalid"


def test_a_failing_channel_leaves_the_others_alone():
    class Broken(Gauss):
        def send(self, message, rng):
            raise ValueError("no line")

    seen = score(fake_model(SymbolCodec()), brightness_images(), [Broken(1.0), GRID[3]])
    assert [o.outcome for o in seen] == ["crash", "ok"]


def test_one_image_goes_the_whole_path():
    image = torch.zeros(1, 3, 2, 2, dtype=torch.uint8)
    assert one_image(fake_model(ByteCodec()), image, Lossless(), np.random.default_rng(0)) == "ok"


def test_observations_survive_saving(tmp_path):
    seen = score(fake_model(SymbolCodec()), brightness_images(9), GRID)
    back = load(save(tmp_path / "seen.npz", seen))
    for one, other in zip(seen, back, strict=True):
        assert (one.channel, one.code, one.outcome) == (other.channel, other.code, other.outcome)
        assert (one.correct == other.correct).all()
        assert (one.uses == other.uses).all()


@pytest.mark.parametrize("keep", [0, 50, 500])
def test_damaged_observations_are_as_good_as_none(tmp_path, keep):
    path = save(
        tmp_path / "seen.npz", score(fake_model(ByteCodec()), brightness_images(), [Lossless()])
    )
    path.write_bytes(path.read_bytes()[:keep])
    assert load(path) is None
    assert load(tmp_path / "absent.npz") is None
