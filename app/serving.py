"""Takes a port and answers on it: in this process, or in several that share the port.

Python works on one request's code at a time in a process. SQLite serves a district from one; a province on PostgreSQL
has one process for each processor.
"""

import os
import signal
import socket
from collections.abc import Callable
from functools import partial
from multiprocessing import parent_process
from threading import Thread

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from app.config import Settings
from app.errors import Conflict
from app.main import create_app

HUNG_AFTER = 60
"""Seconds without a sign of life after which a process is ended and begun anew."""


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything is promised. Raises ``Conflict`` when another program has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Said to be TCP, or asyncio does not switch Nagle's delay off: 40 ms more for every answer on a kept connection.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(
            128
        )  # whoever comes as soon as the address is printed waits instead of being turned away
    except OSError as problem:
        listener.close()
        raise Conflict(
            f"{host} 的 {port} 端口已被别的程序占用，或不允许使用。",
            "请用 --port 换一个端口，例如 --port 8080。",
        ) from problem
    return listener


def serve(settings: Settings, listener: socket.socket) -> None:
    """Answer requests until stopped."""
    if settings.process_count == 1:
        uvicorn.Server(server_config(partial(create_app, settings), settings)).run(sockets=[listener])
    else:
        Multiprocess(server_config(partial(_in_a_child, settings), settings), sockets=[listener]).run()


def server_config(make_app: Callable[[], FastAPI], settings: Settings) -> uvicorn.Config:
    """How requests are taken in: a head without end is cut off, and a proxy is believed only where there is one."""
    return uvicorn.Config(
        make_app,
        factory=True,
        workers=settings.process_count,
        http="h11",  # the faster one has no limit on heads
        h11_max_incomplete_event_size=65_536,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.public_url),
        timeout_graceful_shutdown=10,
        timeout_worker_healthcheck=HUNG_AFTER,
    )


def _in_a_child(settings: Settings) -> FastAPI:
    Thread(target=_end_with_the_parent, daemon=True).start()
    return create_app(settings)


def _end_with_the_parent() -> None:
    """However it ended: children left behind would hold the port, and a new start be refused."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
