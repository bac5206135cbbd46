"""Two ways of doing the same thing, timed in turns so that a busy machine disturbs both alike."""

import gc
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from statistics import median
from time import perf_counter, process_time


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds on the clock, and seconds of this process's own work: another's load lengthens only the first."""

    clock: float
    work: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of the table: what we took and what the limit took, round by round, for one piece of work."""

    what: str
    limit_is: str
    ours: list[Taken]
    limit: list[Taken]
    works_here: bool = True
    """Whether the work is done in this process; a server's is not."""

    def ratio(self) -> float:
        """The median of the rounds' own ratios: both halves of a round met the same load."""
        return median(own.clock / limit.clock for own, limit in zip(self.ours, self.limit, strict=True))

    def ratio_of_work(self) -> float:
        return median(own.work / limit.work for own, limit in zip(self.ours, self.limit, strict=True))


def in_turns(*ways: Callable[[], object], rounds: int, pieces: int = 1) -> list[list[Taken]]:
    """What each way takes for one piece, round by round, after an unmeasured turn; every second round runs backwards."""
    taken: list[list[Taken]] = [[] for _ in ways]
    for way in ways:
        way()
    for number in range(rounds):
        order = list(zip(ways, taken, strict=True))
        for way, times in order if number % 2 == 0 else reversed(order):
            gc.collect()
            clock, work = perf_counter(), process_time()
            way()
            times.append(Taken((perf_counter() - clock) / pieces, (process_time() - work) / pieces))
    return taken


def as_markdown(comparisons: list[Comparison], day: date) -> str:
    lines = [
        "# Bench",
        "",
        f"{day.isoformat()}, {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}. "
        "Written by `make bench`. Medians of rounds taken in turns, each beside the limit of the same run; a ratio is "
        "ours to the limit, of time on the clock and of processor time (not told where the work is a server's).",
        "",
        "| What | Duban | Limit | Limit is | Ratio | Processor | Rounds |",
        "| --- | ---: | ---: | --- | ---: | ---: | ---: |",
    ]
    for found in comparisons:
        own, limit = (median(taken.clock for taken in side) for side in (found.ours, found.limit))
        work = f"{found.ratio_of_work():.2f}" if found.works_here else ""
        lines.append(
            f"| {found.what} | {_time(own)} | {_time(limit)} | {found.limit_is} "
            f"| {found.ratio():.2f} | {work} | {len(found.ours)} |"
        )
    return "\n".join(lines) + "\n"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 0.5 else f"{seconds * 1000:.1f} ms"
