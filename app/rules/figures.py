"""完成率 and 完成值: what a typed figure means."""

from decimal import Decimal, InvalidOperation
from unicodedata import normalize

NONSENSE = -1
"""Stands for what was typed and is no figure: a service refuses it with a sentence at the field."""
LARGEST = 10**12
LEFT_OUT = "不填"
"""What one writes where a 完成率 was told before and there is none now: an empty field leaves open which is meant."""


def percent_in(text: str) -> int | None:
    """The whole percentage somebody typed (６５％); None for nothing and 不填, ``NONSENSE`` for anything else."""
    words = normalize("NFKC", text).strip().rstrip("%").strip()
    if words in ("", LEFT_OUT):
        return None
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else NONSENSE


def is_left_out(text: str) -> bool:
    """Whether somebody says that he gives no 完成率, and has not merely left it empty."""
    return normalize("NFKC", text).strip() == LEFT_OUT


def figure_in(text: str, unit: str = "") -> float | None:
    """The figure somebody typed, with or without its unit (3,200 万元); None for nothing, else ``NONSENSE``."""
    words = normalize("NFKC", text).strip().removesuffix(normalize("NFKC", unit)).strip().replace(",", "")
    if not words:
        return None
    try:
        figure = Decimal(words)
    except InvalidOperation:
        return NONSENSE
    return float(figure) if figure.is_finite() and 0 <= figure <= LARGEST else NONSENSE
