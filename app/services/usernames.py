"""User names proposed by pinyin: 发改局 → fagaiju, a second one fagaiju2."""

import re
from collections.abc import Iterable

from app.rules.usernames import folded

LONGEST = 24
"""A longer one is written by its initials: nobody types forty letters."""


def propose(names: Iterable[str], taken: set[str]) -> list[str]:
    """One user name for each name, none of them taken, none twice."""
    used = {folded(name) for name in taken}
    found = []
    for name in names:
        first = _spelled(name)
        proposed, number = first, 1
        while proposed in used:
            number += 1
            proposed = f"{first}{number}"
        used.add(proposed)
        found.append(proposed)
    return found


def _spelled(name: str) -> str:
    # Loaded only here: its dictionaries take as much memory as all the rest, and an office needs them once a year.
    from pypinyin import Style, lazy_pinyin

    whole = _letters(lazy_pinyin(name))
    if len(whole) > LONGEST:
        whole = _letters(lazy_pinyin(name, style=Style.FIRST_LETTER))[:LONGEST]
    return whole if len(whole) >= 2 else f"user{whole}"


def _letters(syllables: list[str]) -> str:
    return re.sub(r"[^a-z0-9]", "", "".join(syllables).lower())
