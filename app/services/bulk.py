"""Work on thousands of rows at once: in portions, and without the collector of cycles getting in the way."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_busy = 0


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection inside: each pass would walk over every row just made, and find them all in use.

    Several threads may be inside at once; the last one out switches it on again.
    """
    global _busy
    with _lock:
        _busy += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _busy -= 1
            if not _busy:
                gc.enable()


def in_portions(ids: list[int]) -> Iterator[list[int]]:
    """A statement holds only so many values."""
    for start in range(0, len(ids), 5000):
        yield ids[start : start + 5000]
