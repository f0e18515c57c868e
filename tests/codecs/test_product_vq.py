"""A codebook that follows its features."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from cosplit.codecs.codebook import follow, nearest, restart
from cosplit.codecs.product_vq import ProductVq
from cosplit.errors import CosplitError
from cosplit.seeds import seeded

SHAPE = (6, 4, 4)
FEATURE = torch.rand(64, *SHAPE, generator=torch.Generator().manual_seed(0))


def fresh(groups=2, bits=3, dimension=6):
    with seeded(0, "vq"):
        return ProductVq(SHAPE, 3, dimension, groups, bits)


@pytest.mark.parametrize(("groups", "bits"), [(1, 4), (2, 8), (3, 1)])
def test_a_message_is_groups_times_bits(groups, bits):
    codec = fresh(groups, bits).eval()
    assert {m.n_bits for m in codec.encode(FEATURE)} == {groups * bits} == {codec.max_bits}


def test_the_nearest_codeword_of_each_group_is_chosen():
    codec = fresh().eval()
    vectors = codec.vectors(codec.encoder(FEATURE)).detach()
    distances = (vectors[:, :, None] - codec.encoder.codebook).square().sum(3)
    assert torch.equal(nearest(codec.encoder.codebook, vectors), distances.argmin(2))


def test_the_search_is_counted_by_the_dispatcher():
    """K codewords of d/m numbers in each of m groups: K * d MACs an image, and no cdist."""
    codec = fresh(groups=2, bits=5, dimension=6).eval()
    vectors = torch.randn(10, 2, 3)
    with FlopCounterMode(display=False) as counter:
        nearest(codec.encoder.codebook, vectors)
    assert counter.get_total_flops() == 2 * 10 * 32 * 6


def test_training_brings_codewords_to_clusters():
    """Eight far clusters, 32 codewords: none is left out, and none is between them."""
    centres = torch.randn(8, 1, 4, generator=torch.Generator().manual_seed(1)) * 10
    codec = fresh(groups=1, bits=5, dimension=4)
    draw = torch.Generator().manual_seed(2)
    table = codec.encoder.codebook, codec.encoder.usage
    for _ in range(300):
        which = torch.randint(8, (64,), generator=draw)
        vectors = centres[which] + 0.01 * torch.randn(64, 1, 4, generator=draw)
        restart(*table, vectors)
        follow(*table, vectors, nearest(table[0], vectors))
    distance = (centres[:, 0, None] - codec.encoder.codebook[0]).norm(dim=2)
    assert distance.min(1).values.max() < 0.1
    assert distance.min(0).values.max() < 0.1


def test_dead_codewords_come_back():
    codec = fresh(groups=1, bits=3, dimension=4)
    codec.encoder.codebook[0, 5:] = 1e6
    codec.encoder.usage.fill_(1 / 8)
    vectors = torch.randn(64, 1, 4)
    table = codec.encoder.codebook, codec.encoder.usage
    for _ in range(200):
        restart(*table, vectors)
        follow(*table, vectors, nearest(table[0], vectors))
    assert codec.encoder.codebook.abs().max() < 100
    assert len(nearest(codec.encoder.codebook, vectors).unique()) == 8


def test_commitment_is_left_for_the_loss_and_forgotten_after():
    codec = fresh().train()
    codec(FEATURE)
    assert codec.auxiliary_loss.item() > 0
    codec.auxiliary_loss.backward()
    assert codec.encoder.reduce[0].weight.grad.any()
    assert codec.eval().auxiliary_loss == 0


def test_both_halves_hold_the_same_table_which_is_no_parameter():
    codec = fresh().train()
    before = codec.encoder.codebook.clone()
    codec(FEATURE)
    state = codec.state_dict()
    assert not torch.equal(before, state["encoder.codebook"])
    assert torch.equal(state["encoder.codebook"], state["decoder.codebook"])
    assert not {n for n, _ in codec.named_parameters() if "codebook" in n}


def test_evaluation_does_not_move_the_codebook():
    codec = fresh().eval()
    before = codec.encoder.codebook.clone()
    codec(FEATURE)
    assert torch.equal(before, codec.encoder.codebook)


def test_groups_must_divide_the_dimension():
    with pytest.raises(CosplitError, match="4 groups do not divide 6"):
        fresh(groups=4)


def test_the_first_step_of_training_places_every_codeword():
    codec = fresh().train()
    codec.encoder.codebook.fill_(1e6)
    codec(FEATURE)
    assert codec.encoder.codebook.abs().max() < 100
