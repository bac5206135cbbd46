"""A real server in a child process on the loopback address: Duban itself, or one that knows a single answer."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select

import uvicorn
from fastapi import FastAPI, Response

from app.config import Settings
from app.serving import listen, serve, server_config

START_SECONDS = 30


@contextmanager
def server(kind: str, path: Path) -> Iterator[str]:
    """Start it, give its address, and end it in any case."""
    command = [sys.executable, "-m", "bench.server", kind, str(path)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module
    try:
        assert child.stdout is not None
        if not select([child.stdout], [], [], START_SECONDS)[0]:
            raise TimeoutError(f"{kind} did not start within {START_SECONDS} s")
        yield f"http://127.0.0.1:{int(child.stdout.readline())}"
    finally:
        child.terminate()
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def bare_app(content: bytes) -> FastAPI:
    """What answering costs when there is nothing to find out: routing, a worker thread, the bytes."""
    app = FastAPI()

    @app.get("/{path:path}")
    def answer(path: str) -> Response:
        return Response(content, media_type="application/json")

    return app


if __name__ == "__main__":
    kind, path = sys.argv[1], Path(sys.argv[2])
    listener = listen("127.0.0.1", 0)
    print(listener.getsockname()[1], flush=True)
    if kind == "duban":
        serve(Settings(data_dir=path), listener)
    else:
        bare = server_config(lambda: bare_app(path.read_bytes()), Settings(processes=1))
        uvicorn.Server(bare).run(sockets=[listener])
