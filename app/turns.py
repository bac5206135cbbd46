"""As many requests inside at once as there are worker threads; the others wait before the door, holding nothing.

A request goes through several worker threads one after the other and keeps its transaction in between. Were more
inside than there are threads, those with a thread could all be waiting for the lock, or the connection, of one that
waits for a thread: nobody moves until somebody gives up.
"""

import asyncio
from collections.abc import AsyncIterator
from inspect import iscoroutinefunction
from weakref import WeakKeyDictionary

from fastapi import Depends, Request


class Turns:
    """Who comes first goes in first."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._queues: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    def queue(self) -> asyncio.Semaphore:
        """A queue belongs to its event loop; a server has one, tests have many."""
        return self._queues.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self._places))


async def _take_turn(request: Request) -> AsyncIterator[None]:
    """After the body has come in whole, until the answer is made: slow networks keep nobody waiting.

    An asynchronous handler waits for what is outside (a password to be checked, a single sign-on) and keeps no
    transaction meanwhile: whoever comes after it need not wait for that.
    """
    if iscoroutinefunction(request.scope["endpoint"]):
        yield
        return
    turns: Turns = request.app.state.turns
    async with turns.queue():
        yield


in_turn = Depends(_take_turn, scope="function")
