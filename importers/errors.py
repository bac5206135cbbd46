"""Why a file is refused: one plain Chinese sentence an officer can act on."""


class UnreadableFile(Exception):
    """The file cannot be read, or holds no 责任分解表. ``reason`` is a stable code, ``str()`` the sentence."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


INTERLEAVED = (
    "文件里像是有一张责任分解表，但各栏文字已经混在一起，无法可靠还原。请向发文单位索取 Excel 或 Word 原件。"
)
TOO_LONG = "文本太长，请只保留责任分解表，或分成几个文件后再导入。"
