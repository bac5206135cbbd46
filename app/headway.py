"""How far a long import has come (进度), seen by every process while no transaction shows it yet.

Each is a small file that its worker keeps locked. The lock falls with whoever dies, so nothing says “正在” for ever.
"""

import fcntl
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe

TICKET = re.compile(r"[A-Za-z0-9_-]{1,64}")
KEPT_SECONDS = 86_400
"""So long a finished or broken one can be asked about."""
PAUSE = 0.2
"""Seconds between two notes of the same step."""
ROOM = 4096
"""Bytes of a note: always the same, so that a new one covers the old."""

SHARES = {
    "read": (0, 30),
    "recognise": (30, 60),
    "check": (60, 90),
    "keep": (90, 100),
    "prepare": (0, 40),
    "tasks": (40, 58),
    "bearers": (58, 80),
    "trail": (80, 100),
}
"""Where on the whole way a step begins and ends, as measured with a table of 20,000 rows."""


def new_ticket() -> str:
    """By which a page asks about what it is about to send."""
    return token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class Headway:
    """One import as far as it has come: a file being read, or a batch (``batch_id``) being written."""

    ticket: str
    file: str
    by: str
    by_id: int | None
    begun_at: datetime
    batch_id: int | None = None
    digest: str = ""
    step: str = ""
    done: int = 0
    total: int = 0
    reached: int = 0
    """Per cent of the way at the last note: the bar never goes back."""
    is_again: bool = False
    """A file that names no year is read twice."""
    address: str = ""
    """Where its result stands, once there is one."""
    is_running: bool = False

    @property
    def state(self) -> str:
        return "done" if self.address else "running" if self.is_running else "stopped"

    @property
    def percent(self) -> int:
        start, end = (100, 100) if self.address else SHARES.get(self.step, (0, 0))
        return max(self.reached, start + (end - start) * min(self.done, self.total) // max(self.total, 1))

    def is_begun_anew_by(self, other: "Headway") -> bool:
        """The same batch by anyone, or another file by the same person."""
        return self.batch_id == other.batch_id and (self.batch_id is not None or self.by_id == other.by_id)


class Work:
    """An import in the hands of whoever does it. Telling costs next to nothing and never fails."""

    def __init__(self, descriptor: int | None, headway: Headway) -> None:
        self.headway = headway
        self._descriptor = descriptor
        self._told_at = 0.0

    def tell(self, step: str, done: int = 0, total: int = 0) -> None:
        """So much of this step is done."""
        now = time.monotonic()
        if step == self.headway.step and now - self._told_at < PAUSE:
            return
        begins_again = step == "read" and self.headway.step == "check"
        self._told_at = now
        self._note(
            replace(
                self.headway,
                step=step,
                done=done,
                total=total,
                reached=0 if begins_again else self.headway.percent,
                is_again=self.headway.is_again or begins_again,
            )
        )

    def finish(self, address: str) -> None:
        """It is done, and stands there."""
        self._note(replace(self.headway, address=address))

    def _note(self, headway: Headway) -> None:
        self.headway = headway
        if self._descriptor is not None:
            told = {**asdict(headway), "begun_at": headway.begun_at.isoformat()}
            with suppress(OSError):  # a full disk is the import's to tell, not ours
                os.pwrite(self._descriptor, json.dumps(told, ensure_ascii=False).encode().ljust(ROOM), 0)


class Headways:
    """All imports under way of one installation, in a folder beside its data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def kept(self, jurisdiction_id: int, headway: Headway) -> Iterator[Work]:
        """Tell of an import from here on. Another request with its ticket waits, and then finds what became of it.

        One that is refused leaves nothing behind.
        """
        path = self._path(jurisdiction_id, headway.ticket)
        descriptor = self._opened(path) if path else None
        try:
            before = _told(descriptor) if descriptor is not None else None
            work = Work(descriptor, replace(headway, is_running=True))
            if before and before.address and before.digest == headway.digest:
                work.headway = before
            else:
                self._clear(jurisdiction_id, headway)
                work._note(work.headway)
            try:
                yield work
            finally:
                if not work.headway.address and path:
                    path.unlink(missing_ok=True)
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def find(self, jurisdiction_id: int, ticket: str) -> Headway | None:
        """None where this jurisdiction has no import of that ticket, or nobody has begun with it yet."""
        path = self._path(jurisdiction_id, ticket)
        return _seen(path) if path else None

    def unfinished(self, jurisdiction_id: int) -> list[Headway]:
        """What is being read or written now, or was broken off, in the order begun."""
        found = (_seen(path) for path in self._folder.glob(f"{jurisdiction_id}-*.json"))
        return sorted((each for each in found if each and not each.address), key=lambda each: each.begun_at)

    def _path(self, jurisdiction_id: int, ticket: str) -> Path | None:
        return self._folder / f"{jurisdiction_id}-{ticket}.json" if TICKET.fullmatch(ticket) else None

    def _opened(self, path: Path) -> int | None:
        """The file, locked by us alone; None where nothing can be written, and the import goes on untold."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return None
        with suppress(OSError):  # a network folder without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        return descriptor

    def _clear(self, jurisdiction_id: int, headway: Headway) -> None:
        """Forget what is a day old, and what was broken off and is now begun anew."""
        long_ago = time.time() - KEPT_SECONDS
        for path in self._folder.glob("*.json"):
            with suppress(OSError):
                if path.stat().st_mtime < long_ago:
                    path.unlink()
        for other in self.unfinished(jurisdiction_id):
            if other.state == "stopped" and other.is_begun_anew_by(headway):
                (self._folder / f"{jurisdiction_id}-{other.ticket}.json").unlink(missing_ok=True)


def _seen(path: Path) -> Headway | None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        is_running = _is_locked(descriptor)  # asked first: whoever ends says so before letting go
        told = _told(descriptor)
        return replace(told, is_running=is_running) if told else None
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _told(descriptor: int) -> Headway | None:
    try:
        told = json.loads(os.pread(descriptor, ROOM, 0))
        return Headway(**{**told, "begun_at": datetime.fromisoformat(told["begun_at"])})
    except (ValueError, TypeError, KeyError):
        return None  # nothing noted yet, or by another version
