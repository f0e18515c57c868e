"""Original networks, one module and one public class each, named as tasks name them."""

import inspect
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from cosplit.errors import unknown

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18
    from cosplit.task import Task


def build_backbone(task: "Task", channels: Any = None) -> "ResNet18":
    """The task's network with initial weights, at the widths `channels` where it was pruned.

    Raises:
        CosplitError: the task names a backbone that does not exist.
    """
    name = task.backbone.name
    names = [module.name for module in iter_modules(__path__)]
    if name not in names:
        raise unknown("backbone", name, names)
    network: ResNet18 = _public_network(name)(task.backbone.width, task.data.classes, channels)
    return network


def _public_network(name: str) -> Any:
    from torch import nn

    module = import_module(f"{__name__}.{name}")
    for public, item in vars(module).items():
        own = inspect.isclass(item) and item.__module__ == module.__name__
        if own and issubclass(item, nn.Module) and not public.startswith("_"):
            return item
    raise unknown("network class in", module.__name__, ())
