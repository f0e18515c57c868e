"""Finds what there is: the file is the registration.

Methods, codecs, channels and backbones are the modules of the packages of that name; a module's
one public class that keeps the contract is the part, and the module's name is its name. Names
that begin with an underscore are helpers. `extra` is a folder laid out the same way
(`methods/ codecs/ channels/ backbones/ tasks/ hardware_profiles/`), whose files are found beside
the project's own. Listing names reads file names only and imports nothing.
"""

import ast
import inspect
import pkgutil
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cosplit.channel import Channel
from cosplit.errors import CosplitError, unknown
from cosplit.method import Method
from cosplit.profile import HardwareProfile, load_profile
from cosplit.resources import PROFILES, TASKS
from cosplit.task import Task, load_task

if TYPE_CHECKING:
    from torch import nn

    from cosplit.codec import Codec

_HERE = Path(__file__).parent
_PACKAGES = ("backbones", "channels", "codecs", "methods")
KINDS = (*_PACKAGES, "tasks", "hardware_profiles")
"""What a folder of further parts may hold, a folder each."""


def method_names(extra: Path | None = None) -> list[str]:
    """Names of all methods, sorted."""
    return sorted(_files("methods", extra))


def method_titles(extra: Path | None = None) -> dict[str, str]:
    """The first line of each method's file."""
    return {name: _first_line(path) for name, path in sorted(_files("methods", extra).items())}


def task_names(extra: Path | None = None) -> list[str]:
    """Names of all tasks, sorted."""
    return sorted(_tables(TASKS, extra))


def profile_names(extra: Path | None = None) -> list[str]:
    """Names of all hardware profiles, sorted."""
    return sorted(_tables(PROFILES, extra))


def methods(extra: Path | None = None) -> dict[str, Method]:
    """All methods by name."""
    return {name: method(name, extra) for name in method_names(extra)}


def method(name: str, extra: Path | None = None) -> Method:
    """The method called `name`.

    Raises:
        CosplitError: no such method, or its file holds none.
    """
    found = _files("methods", extra)
    if name not in found:
        raise unknown("method", name, found)
    cls: type[Method] | None = _public_class(_load("methods", name, found[name]), Method)
    if cls is None:
        raise CosplitError(f"{found[name]}: no public subclass of Method; define one")
    return cls()


def channels(extra: Path | None = None) -> dict[str, type[Channel]]:
    """Classes of all channels by kind."""
    return _classes("channels", Channel, extra)


def channel(name: str, extra: Path | None = None) -> Channel:
    """The channel a name such as `noiseless`, `awgn10` or `bsc0.05` stands for: kind, then level.

    Raises:
        CosplitError: no such kind, or a level that is missing, no number or out of range.
    """
    kinds = channels(extra)
    kind = max((k for k in kinds if name.startswith(k)), key=len, default=None)
    if kind is None:
        raise unknown("channel", name, kinds)
    cls, level = kinds[kind], name[len(kind) :]
    if _takes_level(cls):
        return cls(_number(name, kind, level))  # type: ignore[call-arg]
    if level:
        raise unknown("channel", name, kinds)
    return cls()


def codecs(extra: Path | None = None) -> "dict[str, type[Codec]]":
    """Classes of all codecs by name."""
    from cosplit.codec import Codec

    return _classes("codecs", Codec, extra)


def backbones(extra: Path | None = None) -> "dict[str, type[nn.Module]]":
    """Classes of all original networks by name."""
    from torch import nn

    return _classes("backbones", nn.Module, extra)


def task(name: str, extra: Path | None = None) -> Task:
    """The task called `name`.

    Raises:
        CosplitError: no such task, or a mistake in its file.
    """
    found = _tables(TASKS, extra)
    if name not in found:
        raise unknown("task", name, found)
    if extra:
        _attach(extra)  # its backbone may lie there
    return load_task(name, found[name].parent)


def profile(name: str, extra: Path | None = None) -> HardwareProfile:
    """The hardware profile called `name`.

    Raises:
        CosplitError: no such profile, or a mistake in its file.
    """
    found = _tables(PROFILES, extra)
    if name not in found:
        raise unknown("hardware profile", name, found)
    return load_profile(name, found[name].parent)


def _folders(own: Path, extra: Path | None) -> list[Path]:
    return [own, *([extra / own.name] if extra else [])]


def _tables(own: Path, extra: Path | None) -> dict[str, Path]:
    return {p.stem: p for folder in _folders(own, extra) for p in folder.glob("*.toml")}


def _files(package: str, extra: Path | None) -> dict[str, Path]:
    return {
        module.name: folder / f"{module.name}.py"
        for folder in _folders(_HERE / package, extra)
        for module in pkgutil.iter_modules([str(folder)])
        if not (module.ispkg or module.name.startswith("_"))
    }


def _load(package: str, name: str, path: Path) -> ModuleType:
    _attach(path.parent.parent)
    module = import_module(f"cosplit.{package}.{name}")
    if Path(module.__file__ or "") != path:
        raise CosplitError(f"{path}: {module.__file__} has that name already; rename it")
    return module


def _attach(extra: Path) -> None:
    """Put the folders on the packages' paths, so that one extra part can import another."""
    for package in _PACKAGES:
        where = import_module(f"cosplit.{package}").__path__
        if str(extra / package) not in where:
            where.append(str(extra / package))


def _classes(package: str, contract: type, extra: Path | None) -> dict[str, Any]:
    files = sorted(_files(package, extra).items())
    found = {name: _public_class(_load(package, name, path), contract) for name, path in files}
    return {name: cls for name, cls in found.items() if cls is not None}


def _public_class(module: ModuleType, contract: type) -> type[Any] | None:
    """The module's own public class under `contract`; None for a module of shared parts."""
    own = [
        cls
        for name, cls in vars(module).items()
        if inspect.isclass(cls)
        and issubclass(cls, contract)
        and cls.__module__ == module.__name__
        and not name.startswith("_")
    ]
    if len(own) > 1:
        names = ", ".join(cls.__name__ for cls in own)
        raise CosplitError(f"{module.__file__}: {names}: one public class a file; split it")
    return own[0] if own else None


def _takes_level(cls: type[Channel]) -> bool:
    return cls.__init__ is not Channel.__init__


def _number(name: str, kind: str, level: str) -> float:
    try:
        return float(level)
    except ValueError:
        raise CosplitError(
            f"channel {name!r}: a level must follow {kind!r}, as in '{kind}0.1'"
        ) from None


def _first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0].rstrip(".")
