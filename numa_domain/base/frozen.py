# SPDX-License-Identifier: Apache-2.0
"""`Value`: frozen classes like those of `dataclasses`, at a tenth of their import time.

The hook is one short process per VM start. There, importing `dataclasses`, which compiles code for
every class, would cost more than all that the hook does (`benchmarks/hook_cost.py`). The fields are
the annotations of the class body in order, those of a base class first; a class attribute of the
same name is the default.

    >>> class Page(Value):
    ...     size_kib: int
    ...     free: int = 0
    >>> Page(2048).replace(free=3)
    Page(size_kib=2048, free=3)
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_: object):  # type: ignore[no-untyped-def]  # its stand-in at run time
        return lambda cls: cls


@dataclass_transform(frozen_default=True)
class Value:
    """A base for values: fields cannot be changed; equality and hash go by class and fields."""

    _fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        annotations = cls.__dict__.get("__annotations__", ())  # noqa: RUF063  # the base's not
        own = tuple(name for name in annotations if not name.startswith("_"))
        cls._fields = tuple(n for n in cls._fields if n not in own) + own

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        names = self._fields
        if len(args) > len(names):
            raise TypeError(f"{type(self).__name__} takes {len(names)} fields, got {len(args)}")
        given = dict(zip(names, args))
        for name, value in kwargs.items():
            if name in given or name not in names:
                raise TypeError(f"{type(self).__name__}: field {name!r} is unknown or given twice")
            given[name] = value
        for name in names:
            if name not in given:
                try:
                    given[name] = getattr(type(self), name)
                except AttributeError:
                    raise TypeError(f"{type(self).__name__} lacks field {name!r}") from None
        self.__dict__.update(given)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be changed; use replace()")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be deleted")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), tuple(_hashable(v) for v in self.__dict__.values())))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self._fields)
        return f"{type(self).__name__}({shown})"

    def replace(self, **changes: Any) -> Self:
        """A copy with these fields changed."""
        return type(self)(**{**self.__dict__, **changes})


def _hashable(value: object) -> object:
    if isinstance(value, dict):
        return frozenset((key, _hashable(inner)) for key, inner in value.items())
    return value
