"""What answers on the device."""

import torch

from cosplit.backbones import build_backbone
from cosplit.methods._pruned import with_exit
from cosplit.methods.on_device import OnDevice


def test_the_exit_answers_what_the_pruned_network_answers_there(task):
    method, pruned = OnDevice(), with_exit(task, build_backbone(task)).eval()
    *_, point = method.points(task)
    model = method.build(task, point, {"channels": pruned.network.channels})
    model.device[1].load_state_dict(pruned.exit.state_dict())
    model.device[0].load_state_dict(pruned.network.split(point.split_point)[0].state_dict())
    images = torch.randint(256, (3, *task.data.shape)).to(torch.uint8)
    with torch.no_grad():
        assert torch.equal(model.device(images), pruned(images)[1])
    assert "conv5" not in str([name for name, _ in model.named_parameters()])
