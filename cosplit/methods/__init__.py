"""One method a file; `cosplit.methods()` names them all."""

import sys
from pkgutil import iter_modules
from types import ModuleType


class _Methods(ModuleType):
    """This package, which a notebook calls as it calls `cosplit.tasks()`."""

    def __call__(self) -> list[str]:
        """Names of all methods, sorted."""
        found = (module.name for module in iter_modules(self.__path__))
        return sorted(name for name in found if not name.startswith("_"))


sys.modules[__name__].__class__ = _Methods
