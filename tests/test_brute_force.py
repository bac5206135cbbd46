"""Guessing passwords against the program as it is served: it does not get in, hinder anybody, or cost memory."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from app.clock import utcnow
from app.config import Settings
from app.installation import add_jurisdiction, create_database
from app.models.account import Role, User
from app.security import hash_password
from app.services.sign_in import Place, finish_sign_in
from tests.browser.live_server import DUBAN, is_answering

pytestmark = pytest.mark.long

USERNAME, PASSWORD = "liming", "Bailu-Yuan 2031"
LOCKOUT = 25
"""Seconds, instead of a quarter of an hour: still longer than so many tries take."""
ATTEMPTS = 3
TRIES = 10_000
KNOWN, ATTACKER = "127.0.7.1", "127.0.6.6"
MANY = [f"127.0.{8 + number // 100}.{1 + number % 100}" for number in range(250)]
MEMORY_MB = 300


@dataclass
class Server:
    """``duban serve`` in a process of its own."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def peak_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found
        return int(found[1]) / 1024


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    data, log = tmp_path / "data", tmp_path / "log"
    database = create_database(Settings(data_dir=data))
    with database.writing() as session:
        place = add_jurisdiction(session, "青山区")
        user = User(
            jurisdiction_id=place.id or 0,
            username=USERNAME,
            name="李明",
            role=Role.SUPERVISION,
            password_hash=hash_password(PASSWORD),
            created_at=utcnow(),
        )
        session.add(user)
        session.flush()
        finish_sign_in(session, user, Place(KNOWN), utcnow(), Settings())
    database.engine.dispose()
    settings = {
        "DUBAN_LOGIN_ATTEMPTS": str(ATTEMPTS),
        "DUBAN_LOCKOUT_MINUTES": str(LOCKOUT / 60),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", DUBAN, "serve", "--port", "0", "--data", data],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **settings},
        )
    try:
        yield Server(answering_port(process, log), process)
    finally:
        process.terminate()
        process.wait(timeout=20)


def answering_port(process: subprocess.Popen[bytes], log: Path) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        printed = re.search(rb"http://127\.0\.0\.1:(\d+)", log.read_bytes())
        if printed and is_answering(int(printed[1])):
            return int(printed[1])
        time.sleep(0.05)
    raise RuntimeError(log.read_text(errors="replace"))


class Computer:
    """One computer with a kept connection: it can only ask, as fast as it is answered."""

    def __init__(self, port: int, address: str) -> None:
        self._port, self._address = port, address
        self._socket = self._connected()

    def sign_in(self, password: str) -> int:
        """The status of the answer. A connection the server closed for being idle is opened again."""
        try:
            return self._ask(password)
        except ConnectionError:
            self._socket.close()
            self._socket = self._connected()
            return self._ask(password)

    def close(self) -> None:
        self._socket.close()

    def _connected(self) -> socket.socket:
        found = socket.socket()
        found.bind((self._address, 0))
        found.settimeout(30)
        found.connect(("127.0.0.1", self._port))
        return found

    def _ask(self, password: str) -> int:
        body = f"username={quote(USERNAME)}&password={quote(password)}"
        self._socket.sendall(
            f"POST /login HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-www-form-urlencoded\r\n"
            f"content-length: {len(body)}\r\n\r\n{body}".encode()
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._received()
        head, _, rest = answer.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        missing = int(length[1] if length else 0) - len(rest)
        while missing > 0:
            missing -= len(self._received())
        return int(head[9:12])

    def _received(self) -> bytes:
        found = self._socket.recv(65536)
        if not found:
            raise ConnectionError("the server hung up")
        return found


@dataclass
class Attack:
    """Some threads that guess, each from its addresses in turn, until so many answers came."""

    port: int
    addresses: list[list[str]]
    tries: int
    answers: Counter[int] = field(default_factory=Counter)
    is_felt: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        threads = [threading.Thread(target=self._guess, args=(own,)) for own in self.addresses]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _guess(self, own: list[str]) -> None:
        with ExitStack() as stack:
            computers = [stack.enter_context(closing(Computer(self.port, address))) for address in own]
            for number in range(self.tries // len(self.addresses)):
                answer = computers[number % len(own)].sign_in(f"Guess-{number}")
                self.answers[answer] += 1
                if answer == 429:
                    self.is_felt.set()


def until_in(server: Server, address: str) -> float:
    """Seconds until the real person, who types the right password again when told to wait, is in."""
    computer, start = Computer(server.port, address), time.monotonic()
    while computer.sign_in(PASSWORD) != 303:
        assert time.monotonic() - start < 2 * LOCKOUT, "still outside"
        time.sleep(0.2)
    computer.close()
    return time.monotonic() - start


def test_ten_thousand_tries_from_one_address_and_from_many_hinder_nobody(server: Server) -> None:
    one = Attack(server.port, [[ATTACKER], [ATTACKER]], TRIES)
    many = Attack(server.port, [MANY[part::4] for part in range(4)], TRIES)
    waits: dict[str, float] = {}
    start = time.monotonic()
    for name, attack, elsewhere in (("one address", one, "127.0.7.2"), ("many addresses", many, "127.0.7.3")):
        running = threading.Thread(target=attack.run)
        running.start()
        attack.is_felt.wait(60)  # the first is sent away
        waits[f"known place, {name}"] = until_in(server, KNOWN)
        waits[f"new place, {name}"] = until_in(server, elsewhere)
        running.join()
    took = time.monotonic() - start
    print(f"{2 * TRIES} tries in {took:.1f} s; answers {dict(one.answers)} and {dict(many.answers)};")
    print("; ".join(f"{name}: in after {wait:.2f} s" for name, wait in waits.items()), end="; ")
    print(f"peak memory {server.peak_mb:.0f} MB", file=sys.stdout)
    for attack in (one, many):
        assert sum(attack.answers.values()) == TRIES
        assert set(attack.answers) <= {401, 429, 503}, "somebody got in, or something broke"
        assert attack.answers[429] > 0.9 * TRIES, "most are sent away unchecked"
    for name, wait in waits.items():
        is_at_once = name != "new place, many addresses"
        assert wait < (5 if is_at_once else LOCKOUT + 5), name  # a busy machine takes a second to hash
    assert server.peak_mb < MEMORY_MB
