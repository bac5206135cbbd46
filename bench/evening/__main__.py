"""Plays the last evening: 500 liaisons save drafts and send reports at once; ends by itself.

``python -m bench.evening`` plays it on SQLite and on PostgreSQL, one after the other. All have come by half time. A liaison
takes one step every six seconds on average (a fourteen-task sheet in some ten minutes); ``--pause 3`` makes everybody
twice as fast.
Exit code 1 when a text was lost, when anything but a clear conflict was answered, or when the slower 5 % of any kind
of step took a second or more.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from app.config import Settings
from bench.evening.liaison import Record
from bench.evening.play import play_evening

LIMIT = 1.0
"""Seconds that nineteen of twenty steps stay below."""


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m bench.evening", description=__doc__)
    asked.add_argument("--liaisons", type=int, default=500)
    asked.add_argument("--seconds", type=float, default=120, help="how long it is played on each engine")
    asked.add_argument("--pause", type=float, default=6, help="mean seconds between two steps of one liaison")
    asked.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    wanted = asked.parse_args()
    engines = ["sqlite", "postgresql"] if wanted.engine == "both" else [wanted.engine]
    good = [_evening_on(engine, wanted.liaisons, wanted.seconds, wanted.pause) for engine in engines]
    sys.exit(0 if all(good) else 1)


def _evening_on(engine: str, liaisons: int, seconds: float, pause: float) -> bool:
    with tempfile.TemporaryDirectory(prefix="duban-evening-") as folder, _database(engine) as url:
        settings = Settings(data_dir=Path(folder), database_url=url)
        record, missing = play_evening(settings, liaisons, seconds, pause)
    return _told(engine, liaisons, seconds, record, missing)


def _told(engine: str, liaisons: int, seconds: float, record: Record, missing: list[str]) -> bool:
    steps = sum(len(times) for times in record.seconds.values())
    print(f"{engine}: {liaisons} liaisons, {seconds:.0f} s, {steps} steps, {steps / seconds:.0f} a second")
    slow = False
    for kind, times in record.seconds.items():
        late = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        slow |= late >= LIMIT
        print(
            f"  {kind:7} {len(times):6}  median {median(times) * 1000:6.0f} ms  p95 {late * 1000:6.0f} ms"
            f"  slowest {max(times) * 1000:6.0f} ms  (limit of p95 {LIMIT * 1000:.0f} ms)"
        )
    kept = sum(len(sentences) for sentences in record.kept.values())
    print(f"  {kept} texts acknowledged, {len(record.sent)} reports, {record.conflicts} conflicts told")
    print(f"  lost: {len(missing)}, errors: {len(record.errors)}")
    for line in (missing + record.errors)[:10]:
        print(f"    {line}")
    return not (slow or missing or record.errors)


@contextmanager
def _database(engine: str) -> Iterator[str]:
    """The address of an empty PostgreSQL of its own, or nothing for a SQLite file in the folder."""
    if engine == "sqlite":
        yield ""
        return
    from tests.postgres import ThrowAwayPostgres

    postgres = ThrowAwayPostgres()
    postgres.start()
    try:
        yield postgres.create_database()
    finally:
        postgres.stop()


if __name__ == "__main__":
    main()
