"""What ranks channels, against the definition."""

import torch

from cosplit.method import Batch
from cosplit.pruning.groups import feature_group, find_groups
from cosplit.pruning.scores import keep_best, l2_norms, taylor_scores


def test_norm_of_a_coupled_channel_spans_all_its_filters(random_network):
    model = random_network(width=4)
    group = feature_group(model, "conv3_x")
    norms = l2_norms(model, [group])[group.name]
    for channel in range(group.width):
        filters = [model.get_submodule(name).weight[channel].flatten() for name in group.filters]
        assert torch.isclose(norms[channel], torch.cat(filters).norm())


def test_taylor_score_is_the_sum_of_weight_times_gradient(random_network, images, cross_entropy):
    model = random_network(width=4)
    rows = torch.arange(2)
    batches = [
        Batch(images, torch.tensor([1, 2]), rows),
        Batch(255 - images, torch.tensor([3, 4]), rows),
    ]
    scores = taylor_scores(model, batches, cross_entropy)
    group = feature_group(model, "conv2_x")
    expected = torch.zeros(group.width)
    for batch in batches:
        model.zero_grad()
        cross_entropy(model, batch, None).backward()
        for weight in (model.get_submodule(name).weight for name in group.filters):
            expected += (weight * weight.grad).abs().sum((1, 2, 3)).detach() / len(batches)
    assert torch.allclose(scores[group.name], expected, rtol=1e-4)
    assert scores.keys() == {g.name for g in find_groups(model)}


def test_a_channel_that_nobody_reads_has_no_taylor_score(random_network, images, cross_entropy):
    model = random_network(width=4)
    group = feature_group(model, "conv5_x")
    for name in group.consumers:
        model.get_submodule(name).weight.data[:, 3] = 0
    batch = Batch(images, torch.tensor([1, 2]), torch.arange(2))
    scores = taylor_scores(model, [batch], cross_entropy)[group.name]
    unread = [name for name in group.filters if name.startswith("units.conv5_2")]
    assert unread
    assert scores[3] == 0
    assert (scores > 0).sum() >= group.width // 2
    assert all(p.grad is None for p in model.parameters())


def test_the_best_are_kept_and_at_least_one():
    scores = {"a": torch.tensor([3.0, 1.0, 2.0, 1.0]), "b": torch.tensor([1.0, 2.0])}
    masks = keep_best(scores, {"a": 0.75, "b": 0.01})
    assert masks["a"].tolist() == [True, True, True, False]
    assert masks["b"].tolist() == [False, True]
