"""Whatever is thrown at a changing route, the answer is a refusal or a redirect, soon, and never an accident."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import params
from fastapi.dependencies.utils import get_dependant
from sqlmodel import col, select

from app.main import UPLOAD_PATHS
from app.models.task import Task
from tests.everywhere import UNSAFE, Place, address, call, open_to, visitor
from tests.office import TABLE, USERNAMES, Office

pytestmark = pytest.mark.long

PATIENCE = 10
"""Seconds for one refusal on a busy machine; a file may be looked at for longer."""
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
BOUNDARY = "x"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def fields(place: Place) -> list[str]:
    """The names a route reads from a form or a body."""
    found = []
    waiting = [get_dependant(path=place.path, call=place.handler)]
    while waiting:
        dependant = waiting.pop()
        waiting += dependant.dependencies
        for parameter in dependant.body_params:
            model = parameter.field_info.annotation
            found += list(getattr(model, "model_fields", {})) or [parameter.alias]
    return found or ["text"]


def takes_a_file(place: Place) -> bool:
    dependant = get_dependant(path=place.path, call=place.handler)
    return any(isinstance(parameter.field_info, params.File) for parameter in dependant.body_params)


VALUES: list[tuple[str, Any]] = [
    ("nothing", ""),
    ("wrong kind", "x"),
    ("huge number", "9" * 400),
    ("too large for a row", str(2**63)),
    ("below nothing", "-1"),
    ("no number", "NaN"),
    ("endless number", "1e999"),
    ("NUL", "a\0b\0"),
    ("long", "长" * 33_000),
    ("half a character", "\ud800"),
    ("turned around", "\u202e\u2066表"),
    ("strange figures", "١٢٣④²"),
    ("a date that is none", "2018-02-30"),
    ("far away", "99999-99-99"),
    ("long ago", "0001-01-01"),
    ("the last day", "9999-12-31"),
    ("SQL", "1' OR '1'='1'; DROP TABLE task; --"),
    ("template", "{{ 7*7 }}{% for x in (1).__class__.mro() %}"),
    ("path", "../../../../etc/passwd"),
    ("percent", "%s%n%d%x{0}{}"),
]


Body = tuple[str, str, bytes]
"""What it is, the type it says it has, and its bytes."""


def junk(place: Place) -> Iterator[Body]:
    names = fields(place)
    yield from in_json(names) if place.is_interface else in_a_form(names)
    twice = "&".join(f"{name}=1&{name}=2" for name in names).encode()
    yield "a form that says JSON", JSON, twice
    yield "no type", "", twice
    yield "an unknown type", "application/x-thing", twice
    yield "a type of nonsense", "\x7f;;;=", twice
    yield "XML", "application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    yield "deep JSON", JSON, b'{"a":' * 1000 + b"1" + b"}" * 1000
    yield "parts in no form", MULTIPART, b"x" * 10_000


def in_a_form(names: list[str]) -> Iterator[Body]:
    for what, value in VALUES:
        raw = value.encode("utf-8", "surrogatepass")
        quoted = raw if what == "long" else b"".join(b"%%%02x" % byte for byte in raw)
        yield what, FORM, b"&".join(name.encode() + b"=" + quoted for name in names)
    yield "every field twice", FORM, "&".join(f"{name}=1&{name}=2" for name in names).encode()
    yield "a thousand and one fields", FORM, "&".join(f"f{number}=1" for number in range(1001)).encode()
    yield "only ampersands", FORM, b"&" * 100_000
    yield "not UTF-8", FORM, b"&".join(name.encode() + b"=%ff%fe%80" for name in names)
    yield "raw bytes", FORM, bytes(range(256)) * 8
    yield "GBK", FORM, "&".join(f"{name}=进展" for name in names).encode("gbk")
    part = 'Content-Disposition: form-data; name="{}"'
    yield "parts without end", MULTIPART, f"--{BOUNDARY}\r\n{part.format(names[0])}\r\n\r\nx".encode()
    yield "parts without a boundary", "multipart/form-data", b"--x\r\n\r\n--x--"
    yield "a thousand and one parts", MULTIPART, _parts([(part.format(f"f{n}"), b"1") for n in range(1001)])
    named = [(f'{part.format(name)}; filename="a.xlsx"', b"PK\x03\x04junk") for name in names]
    yield "files where words are awaited", MULTIPART, _parts(named)
    yield "words where files are awaited", MULTIPART, _parts([(part.format(name), b"x") for name in names])
    crooked = [(f'{part.format(name)}; filename="../../表\0\u202e.xlsx"', b"\0" * 5000) for name in names]
    yield "files with crooked names", MULTIPART, _parts(crooked)
    strange = f"{MULTIPART}; charset=utf-99"
    yield "a part of a strange character set", strange, _parts([(part.format(names[0]), b"\xff")])
    yield "a header without end", MULTIPART, f"--{BOUNDARY}\r\n{'a' * 50_000}".encode()


def in_json(names: list[str]) -> Iterator[Body]:
    deep = b'{"a":[' * 400 + b"1" + b"]}" * 400
    values = [(what, json.dumps(value).encode()) for what, value in VALUES]
    values += [
        (name.decode(), name) for name in (b"[]", b"{}", b"null", b"true", b"1.5", b"-1e30", b"[[]]", b"NaN")
    ]
    for what, value in [
        *values,
        ("deep", deep),
        ("long number", b"1" * 5000),
        ("many", b'["x"' + b',"x"' * 999 + b"]"),
    ]:
        yield what, JSON, b"{" + b",".join(json.dumps(name).encode() + b":" + value for name in names) + b"}"
    for body in (
        b"[]", b"null", b"1", b'"x"', b'{"a":', b'{"a":"\xff"}', b"Infinity", b"[" * 1000 + b"]" * 1000, b"[" * 100_000,
        '{"a":1}'.encode("utf-16"), b"1e" + b"9" * 100, b'{"status":1,"status":[]}', b"\xef\xbb\xbf{}", b"",
    ):  # fmt: skip
        yield f"JSON {body[:12]!r}", JSON, body


def _parts(parts: list[tuple[str, bytes]]) -> bytes:
    begun = [f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + body + b"\r\n" for head, body in parts]
    return b"".join(begun) + f"--{BOUNDARY}--\r\n".encode()


def who_may(office: Office, place: Place) -> str:
    return next((name for name in USERNAMES if place in list(open_to(office, name, [place]))), "")


@pytest.mark.parametrize("place", UNSAFE, ids=str)
def test_junk_is_refused_soon_and_in_words(office: Office, place: Place) -> None:
    """Each database is thrown one half of it; together they see all of it."""
    username, accidents = who_may(office, place), []
    client, where = visitor(office, username, place), address(office, place.path)
    half = UNSAFE.index(place) + (office.database.engine.dialect.name == "sqlite")
    for what, content_type, body in list(junk(place))[half % 2 :: 2]:
        begun = time.monotonic()
        headers = {"content-type": content_type} if content_type else {}
        answer = client.request(place.method, where, content=body, headers=headers)
        spent = time.monotonic() - begun
        if "set-cookie" in answer.headers:  # it has signed itself out, or begun anew
            client = visitor(office, username, place)
        told = answer.status_code < 400 or any("一" <= sign <= "鿿" for sign in answer.text)
        if answer.status_code >= 500 or spent > PATIENCE or not told:
            accidents.append(
                f"{content_type} {what}: {answer.status_code} after {spent:.1f} s {answer.text[:80]}"
            )
    assert accidents == []


TAKES_AWAY = (
    "/imports/{batch_id}/undo",
    "/accounts/{account_id}",
    "/plans/{plan_id}/stage/title",
    "/api/v1/plans/{plan_id}/title",
)
"""What takes the plan back, closes the account of the very person who does all of this, or renames what is looked for."""


def test_the_office_is_still_there_after_all_of_it(office: Office) -> None:
    for place in UNSAFE:
        for what, content_type, body in junk(place) if not place.path.startswith(TAKES_AWAY) else ():
            if what in ("SQL", "template"):
                call(
                    office,
                    who_may(office, place),
                    place,
                    content=body,
                    headers={"content-type": content_type},
                )
    with office.database.reading() as session:
        assert [task.standard for task in session.exec(select(Task).order_by(col(Task.id)))] == [
            task.standard for task in TABLE.tasks
        ]


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "x", "9" * 400, "%00", "1%0a", "٣", "..%2f..", "{}"])
def test_a_number_in_an_address_that_is_none_names_nothing(office: Office, number: str) -> None:
    for place in UNSAFE:
        if "_id}" not in place.path:
            continue
        path = place.path.replace("{", "\0").split("\0")[0] + number
        client = (office.api if place.is_interface else office.browser)(who_may(office, place))
        client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
        answer = client.request(place.method, path)
        assert answer.status_code in (400, 401, 403, 404, 405, 422), (str(place), path, answer.status_code)


def test_every_route_that_takes_a_file_may_take_a_large_one() -> None:
    """Others refuse a body over the small limit; an upload of 20 MB is announced on the page."""
    assert {place.path for place in UNSAFE if takes_a_file(place)} == UPLOAD_PATHS
