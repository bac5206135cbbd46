"""A page of a longer list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """``items`` of page ``number`` (from 1), ``size`` to a page, ``total`` in all."""

    items: list[T]
    number: int
    size: int
    total: int
    href: Callable[[int], str] = str

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))
