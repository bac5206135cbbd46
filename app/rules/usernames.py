"""User names as people type them: neither capitals nor the width of the letters tell two apart."""

from unicodedata import normalize


def folded(username: str) -> str:
    """What user names are compared and wrong passwords are counted by; kept and shown is what was typed."""
    return normalize("NFKC", normalize("NFKC", username).casefold())
