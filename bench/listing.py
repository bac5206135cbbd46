"""A list of 50 tasks over the API beside a bare FastAPI application that answers the same bytes."""

import asyncio
from dataclasses import replace
from functools import partial

import httpx

from app.models.account import Role, User
from app.services.tokens import issue_token
from bench.measure import Comparison, in_turns
from bench.plan import NOW, FilledPlan, supervisor
from bench.server import server

ROUNDS = 5
REQUESTS = 80
AT_ONCE = 8


def compare(plan: FilledPlan) -> list[Comparison]:
    path = f"/api/v1/plans/{plan.id}/tasks?size=50"
    headers = {"authorization": f"Bearer {_token(plan)}"}
    with server("duban", plan.folder) as duban:
        answer = httpx.get(duban + path, headers=headers).raise_for_status()
        same = plan.folder / "answer.json"
        same.write_bytes(answer.content)
        with server("bare", same) as bare:
            assert httpx.get(bare + path, headers=headers).content == answer.content
            found = []
            for words, ask in (("one at a time", _in_turn), (f"{AT_ONCE} at once", _at_once)):
                ways = partial(ask, headers, duban + path), partial(ask, headers, bare + path)
                own, limit = in_turns(*ways, rounds=ROUNDS, pieces=REQUESTS)
                what = f"50 of {plan.tasks:,} tasks as JSON over HTTP, {words}, time for one"
                words = "bare FastAPI answering the same bytes to the same client"
                found.append(Comparison(what, words, own, limit, works_here=False))
            return found


def _token(plan: FilledPlan) -> str:
    """A token of an account that sees everything, as an OA system's does."""
    office = supervisor(plan.database)
    with plan.database.writing() as session:
        user = User(
            jurisdiction_id=office.jurisdiction_id,
            username="oa",
            name="OA 系统",
            role=Role.SUPERVISION,
            password_hash="",
            created_at=NOW,
        )
        session.add(user)
        session.flush()
        return issue_token(session, user, "bench", NOW, actor=replace(office, role=Role.ADMINISTRATOR))


def _in_turn(headers: dict[str, str], url: str) -> None:
    with httpx.Client(headers=headers) as client:
        for _ in range(REQUESTS):
            client.get(url).raise_for_status()


def _at_once(headers: dict[str, str], url: str) -> None:
    async def one_client(client: httpx.AsyncClient) -> None:
        for _ in range(REQUESTS // AT_ONCE):
            (await client.get(url)).raise_for_status()

    async def all_clients() -> None:
        async with httpx.AsyncClient(headers=headers) as client:
            await asyncio.gather(*(one_client(client) for _ in range(AT_ONCE)))

    asyncio.run(all_clients())
