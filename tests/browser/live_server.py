"""The real program as an office starts it: a process of its own that answers on a port."""

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DUBAN = Path(sys.executable).with_name("duban")
PATIENCE = 120
"""Seconds for the first start, which also loads the demonstration, on a busy machine."""


@dataclass(frozen=True)
class LiveServer:
    """A running ``duban demo`` with its own data."""

    url: str
    data: Path
    log: Path

    @property
    def output(self) -> str:
        """All it printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def running_demo(data: Path, port: int = 0) -> Iterator[LiveServer]:
    """Start the demonstration on the data in this folder, and end it whatever happens. Port 0: any that is free."""
    log = data.with_name(f"{data.name}.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            # It goes down with the tests, even when they are killed.
            ["setpriv", "--pdeathsig", "KILL", "--", DUBAN, "demo", "--port", str(port), "--data", data],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
            start_new_session=True,
        )
    try:
        yield LiveServer(wait_until_it_answers(process, log), data, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_it_answers(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address it prints, once a request to it is answered."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        printed = re.search(rb"http://127\.0\.0\.1:(\d+)", log.read_bytes())
        if printed and is_answering(int(printed[1])):
            return printed[0].decode()
        time.sleep(0.1)
    raise RuntimeError(
        f"duban demo did not start (exit code {process.poll()}):\n{log.read_text(errors='replace')}"
    )


def is_answering(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except OSError:
        return False
    else:
        return True
    finally:
        connection.close()
