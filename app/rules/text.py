"""Text as people type and paste it, made fit to keep."""

from hashlib import sha256
from unicodedata import category


def plain(text: str) -> str:
    """Line ends made equal; control characters, which no workbook or database can hold, left out.

    Ideographic spaces and everything an officer can see stay.
    """
    return as_typed(text.strip())


def as_typed(text: str) -> str:
    """The same for what is still being typed: spaces and empty lines at its ends stay as well."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter in "\n\t" or category(letter) not in ("Cc", "Cs"))


def abridged(title: str, length: int) -> str:
    """A long title without its middle: tables of one office begin alike, and may end alike."""
    words = " ".join(title.split())
    if len(words) <= length:
        return words
    end = (length - 1) // 2
    return f"{words[: length - 1 - end]}…{words[-end:]}"


def digest_of(shown: object) -> str:
    """Stands for what a page showed, so that what is done later is done to that and to nothing else."""
    return sha256(repr(shown).encode()).hexdigest()[:32]
