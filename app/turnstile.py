"""Whoever was told to wait a moment ago is told so again, word for word, without asking anybody inside."""

from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from app.clock import utcnow
from app.middleware import App, Message, Receive, Scope, Send

Question = tuple[str, tuple[tuple[bytes, bytes], ...]]

Answers = dict[Question, tuple[datetime, list[Message]]]
"""Kept in the application's state: until when which answer may be repeated."""

PATH = "/login"
AGAIN_WITHIN = timedelta(seconds=5)
"""A wait that was lifted meanwhile (a password reset, another process) is noticed after so long."""
MOST_ANSWERS = 2000
LARGEST_BODY = 4000


class Turnstile:
    """Repeats the answer 429 to a sign-in for a few seconds, whatever the password of the repetition.

    A try that is sent away costs a database query and a page; ten thousand of them would be felt by everybody.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] != PATH:
            await self.app(scope, receive, send)
            return
        first = await receive()
        question = _question(scope, first)
        if question is None:
            await self.app(scope, _after(first, receive), send)
            return
        answers: Answers = scope["app"].state.told_to_wait
        until, answer = answers.get(question, (None, []))
        if until is not None and utcnow() < until:
            for message in answer:
                await send(message)
            return
        heard: list[Message] = []

        async def overheard(message: Message) -> None:
            heard.append(dict(message))
            await send(message)

        await self.app(scope, _after(first, receive), overheard)
        answers.pop(question, None)
        wait = _wait(heard[0]) if heard else timedelta()
        if wait > timedelta():
            while len(answers) >= MOST_ANSWERS:
                del answers[next(iter(answers))]
            answers[question] = utcnow() + wait, heard


def _question(scope: Scope, first: Message) -> Question | None:
    """Who asks, and all of the form but the password; None for what no browser's form sends."""
    body = first.get("body", b"")
    is_whole = first["type"] == "http.request" and not first.get("more_body", False)
    if not is_whole or len(body) > LARGEST_BODY or scope.get("client") is None:
        return None
    try:
        fields = parse_qsl(body, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return None
    return scope["client"][0], tuple(pair for pair in fields if pair[0] != b"password")


def _wait(start: Message) -> timedelta:
    """How long the answer may be repeated: not beyond the wait it speaks of, which was rounded up."""
    if start.get("status") != 429:
        return timedelta()
    wait = dict(start.get("headers", [])).get(b"retry-after", b"0")
    return min(AGAIN_WITHIN, timedelta(seconds=int(wait) - 1)) if wait.isdigit() else timedelta()


def _after(first: Message, receive: Receive) -> Receive:
    """The request as it came, its first part given once more."""
    parts = [first]

    async def again() -> Message:
        return parts.pop() if parts else await receive()

    return again
