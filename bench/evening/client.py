"""A browser as far as the server can tell, but cheap: hundreds of them share the machine with the server they measure."""

import asyncio
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import orjson


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body, and how long it took from the first byte sent to the last received, in seconds."""

    status: int
    body: bytes
    seconds: float

    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class Browser:
    """One kept connection with one cookie. A connection the server has closed is opened again."""

    host: str
    port: int
    cookie: str
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = field(default=None, init=False)

    async def get(self, path: str) -> Answer:
        return await self._ask("GET", path, b"", "")

    async def post_json(self, path: str, body: Any) -> Answer:
        return await self._ask("POST", path, orjson.dumps(body), "application/json")

    async def post_form(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        return await self._ask("POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded")

    async def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _ask(self, method: str, path: str, body: bytes, kind: str) -> Answer:
        origin = f"http://{self.host}:{self.port}"
        head = (
            f"{method} {path} HTTP/1.1\r\nhost: {self.host}:{self.port}\r\norigin: {origin}\r\n"
            f"cookie: duban_session={self.cookie}\r\ncontent-length: {len(body)}\r\n"
            f"{f'content-type: {kind}' + chr(13) + chr(10) if kind else ''}\r\n"
        )
        begun = perf_counter()
        is_kept = self._streams is not None
        try:
            status, answered, stays_open = await self._exchange(head.encode() + body)
        except (ConnectionError, asyncio.IncompleteReadError):
            await self.close()
            if not is_kept:
                raise
            # The server closed the idle connection as we began to speak; a browser asks again on a new one.
            status, answered, stays_open = await self._exchange(head.encode() + body)
        if not stays_open:
            await self.close()
        return Answer(status, answered, perf_counter() - begun)

    async def _exchange(self, sent: bytes) -> tuple[int, bytes, bool]:
        reader, writer = await self._connected()
        writer.write(sent)
        await writer.drain()
        return await _read(reader)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None or self._streams[1].is_closing() or self._streams[0].at_eof():
            self._streams = await asyncio.open_connection(self.host, self.port)
        return self._streams


async def _read(reader: asyncio.StreamReader) -> tuple[int, bytes, bool]:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)
    }
    body = (
        await _chunks(reader)
        if "transfer-encoding" in headers
        else await reader.readexactly(int(headers.get("content-length", 0)))
    )
    return int(lines[0].split()[1]), body, headers.get("connection", "").lower() != "close"


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int(await reader.readuntil(b"\r\n"), 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(parts)
