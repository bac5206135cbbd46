"""Two people on one form: what a colleague changed meanwhile is not silently put back by an older page."""

from collections.abc import Iterable

from app.errors import Conflict


class ChangedMeanwhile(Conflict):
    """``digest`` is that of what its sentence tells: to save again in the knowledge of it is a decision."""

    def __init__(self, message: str, remedy: str, digest: str) -> None:
        super().__init__(message, remedy)
        self.digest = digest


def refuse_when_stale(
    shown: str, digest: str, what: str, compared: Iterable[tuple[str, object, object, str]]
) -> None:
    """Raises ``ChangedMeanwhile`` when the page showed something else than what there is now.

    ``compared``: for each field its label, what was typed, what there is, and that in words. Whoever typed just
    what there is changes nothing, and need not look again.
    """
    differing = [(label, words) for label, typed, there, words in compared if typed != there]
    if shown == digest or not differing:
        return
    now = "，".join(f"{label}“{words}”" if words else f"{label}没有填写" for label, words in differing)
    raise ChangedMeanwhile(
        f"您打开此页之后，{what}已被修改，您填写的没有保存。与您填写的不同之处，现在是：{now}。",
        "请对照现在的内容后再保存。",
        digest,
    )
