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


_LACKING = object()


@dataclass_transform(frozen_default=True)
class Value:
    """A base for values: fields cannot be changed; equality and hash go by class and fields."""

    _fields: ClassVar[tuple[str, ...]] = ()
    _blank: ClassVar[dict[str, Any]] = {}
    """Every field in order, with its default or `_LACKING`."""
    _needed: ClassVar[tuple[str, ...]] = ()
    """The fields without a default."""

    def __init_subclass__(cls) -> None:
        annotations = cls.__dict__.get("__annotations__", ())  # noqa: RUF063  # the base's not
        own = tuple(name for name in annotations if not name.startswith("_"))
        cls._fields = tuple(n for n in cls._fields if n not in own) + own
        cls._blank = {name: getattr(cls, name, _LACKING) for name in cls._fields}
        cls._needed = tuple(name for name in cls._fields if cls._blank[name] is _LACKING)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        given, names = self.__dict__, self._fields
        given.update(self._blank)  # in this order, however the fields are given: see `__hash__`
        given.update(zip(names, args))
        if kwargs:
            given.update(kwargs)
            twice = args and not kwargs.keys().isdisjoint(names[: len(args)])
            if twice or len(given) > len(names):
                known = names[len(args) :]
                name = next(name for name in kwargs if name not in known)
                raise TypeError(f"{type(self).__name__}: field {name!r} is unknown or given twice")
        if len(args) > len(names):
            raise TypeError(f"{type(self).__name__} takes {len(names)} fields, got {len(args)}")
        for name in self._needed:
            if given[name] is _LACKING:
                raise TypeError(f"{type(self).__name__} lacks field {name!r}")

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
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__)
        copy.__dict__.update(changes)
        if len(copy.__dict__) > len(self._fields):
            name = next(name for name in changes if name not in self._fields)
            raise TypeError(f"{type(self).__name__}: field {name!r} is unknown or given twice")
        return copy


def _hashable(value: object) -> object:
    if isinstance(value, dict):
        return frozenset((key, _hashable(inner)) for key, inner in value.items())
    return value
