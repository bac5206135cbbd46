"""Starts `duban serve` as often as told, quickly: the program is loaded once, and each server is a fork of it.

A line on standard input is a log file's name; the answer is the server's process number. With the end of input all end.
"""

import os
import signal
import sys

from app.cli import app


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed are gone at once, not kept for us to ask about
    running: list[int] = []
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            serve(line.strip())
        running.append(child)
        print(child, flush=True)
    for child in running:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue


def serve(log: str) -> None:
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDONLY) if stream == 0 else output, stream)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    try:
        app(["serve", "--port", "0"], standalone_mode=False)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
