"""Why a file is refused: one plain Chinese sentence an officer can act on."""


class UnreadableFile(Exception):
    """The file cannot be read, or holds no 责任分解表. ``reason`` is a stable code, ``str()`` the sentence."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
