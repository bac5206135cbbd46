"""What the server takes in at all: raw requests on a real port, as no browser would send them."""

import socket
import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest
import uvicorn
from sqlmodel import select

from app.config import Settings
from app.main import create_app
from app.models.account import LoginFailure
from app.serving import listen, server_config
from tests.office import Office, the_app

pytestmark = pytest.mark.long

PATIENCE = 20
"""Seconds in which an answer comes, or the line is closed."""


@pytest.fixture
def port(office: Office, database_url: str) -> Iterator[int]:
    """The application as ``duban serve`` runs it, on a loopback port of its own."""
    listener = listen("127.0.0.1", 0)
    settings = Settings(database_url=database_url)
    running = uvicorn.Server(server_config(partial(create_app, settings), settings))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    yield listener.getsockname()[1]
    running.should_exit = True
    thread.join(timeout=30)
    listener.close()


def say(port: int, *pieces: bytes, silence: float = 3) -> bytes:
    """Everything the server answers to these bytes before it hangs up or falls silent for so many seconds."""
    heard = b""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.settimeout(silence)
        try:
            for piece in pieces:
                line.sendall(piece)
            while part := line.recv(65_536):
                heard += part
        except (TimeoutError, ConnectionResetError, BrokenPipeError):
            pass
    return heard


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


HOST = b"Host: 127.0.0.1\r\n"


@pytest.mark.parametrize(
    "request_head",
    [
        b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n" + HOST,
        b"GET /login HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 1_000_000 + b"\r\n",
        b"GET /login HTTP/1.1\r\n" + HOST + b"".join(b"X-%d: 1\r\n" % n for n in range(100_000)),
    ],
    ids=["address", "header", "headers"],
)
def test_a_request_of_too_long_a_head_is_cut_off(port: int, request_head: bytes) -> None:
    answer = say(port, request_head + b"\r\n")
    assert status(answer) in (0, 400, 431)
    whole = b"GET /login HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    assert status(say(port, whole, silence=PATIENCE)) == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",  # somebody tries https on the plain port
        b"GET  /login  HTTP/1.1\r\n\r\n",
        b"GET /login\r\n\r\n",
        b"GET /login HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /login HTTP/1.1\r\n\r\n",
        b"GET /login HTTP/1.1\r\n" + HOST + b"Bad Name: 1\r\n\r\n",
        b"GET /login HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n",
        b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: -5\r\n\r\n",
        b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"POST /login HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"POST /login HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    ],
)
def test_what_is_no_request_is_no_surprise(port: int, raw: bytes) -> None:
    answer = say(port, raw)
    assert status(answer) in (0, 400, 501)
    assert b"Traceback" not in answer
    whole = b"GET /login HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    assert status(say(port, whole, silence=PATIENCE)) == 200


def test_two_lengths_smuggle_no_second_request(port: int) -> None:
    """Where both are given the pieces count or the whole is refused; what follows is never taken for a request."""
    hidden = b"GET /static/seal.svg HTTP/1.1\r\n" + HOST + b"\r\n"
    answer = say(
        port,
        b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n" % (len(hidden) + 5)
        + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n" + hidden,
    )  # fmt: skip
    assert b"<svg" not in answer
    assert answer.count(b"HTTP/1.1 ") <= 1


def test_a_body_in_endless_pieces_is_refused(port: int) -> None:
    form = b"Content-Type: application/x-www-form-urlencoded\r\n"
    head = (
        b"POST /login HTTP/1.1\r\n" + HOST + form + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    piece = b"186a0\r\n" + b"x" * 100_000 + b"\r\n"
    answer = say(port, head, *[piece] * 30, b"0\r\n\r\n")
    assert status(answer) == 413
    assert "填写的内容太长，没有保存。".encode() in answer


def test_a_body_that_never_comes_holds_nobody_else_up(port: int) -> None:
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
    for line in idle:
        line.sendall(b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: 1000\r\n\r\nuser")
    begun = time.monotonic()
    whole = b"GET /login HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    assert status(say(port, whole, silence=PATIENCE)) == 200
    assert time.monotonic() - begun < 5
    for line in idle:
        line.close()


def test_a_forged_sender_is_not_believed(port: int, office: Office) -> None:
    """Without a proxy nobody speaks for another address; the count of wrong passwords goes by the true one."""
    form = b"username=fagai&password=wrong"
    head = b"POST /login HTTP/1.1\r\n" + HOST + b"Connection: close\r\nX-Forwarded-For: 203.0.113.9\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(form)
    assert status(say(port, head + form)) == 401
    with office.database.reading() as session:
        assert {failure.address for failure in session.exec(select(LoginFailure))} == {"127.0.0.1"}


def test_only_a_proxy_of_this_machine_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    config = server_config(the_app, Settings(public_url="https://duban.example"))
    assert config.proxy_headers
    assert config.forwarded_allow_ips == "127.0.0.1,::1"
    assert not server_config(the_app, Settings()).proxy_headers


def test_the_server_does_not_say_what_it_is(port: int) -> None:
    answer = say(port, b"GET /login HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n").lower()
    assert b"uvicorn" not in answer
    assert b"\r\nserver:" not in answer
    assert b"python" not in answer.split(b"\r\n\r\n")[0]
