"""佐证材料: which files are taken, told by what they hold and never by what they are called."""

import io
import zipfile
from dataclasses import dataclass

MOST_FILES = 20
"""So many files beside one task in one period; more of them nobody looks at."""
TAKEN_IN_WORDS = "图片（png、jpg、gif、webp）、PDF、OFD、Word、Excel、PowerPoint 或 WPS 文件，以及 txt 文本"
ENDINGS = ".png,.jpg,.jpeg,.gif,.webp,.pdf,.ofd,.doc,.docx,.wps,.xls,.xlsx,.et,.ppt,.pptx,.dps,.txt"
"""What a window for choosing files offers; whatever is chosen is judged again."""

_OOXML = "application/vnd.openxmlformats-officedocument"
_LARGEST_LIST = 5_000
"""No document has so many parts; what has is made to keep a reader busy."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its type, the endings it may have (its own first), and its word in the office."""

    media_type: str
    endings: tuple[str, ...]
    word: str
    is_image: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether the browser itself shows it without running anything in it in our name."""
        return self.is_image or self.media_type == PDF.media_type

    @property
    def is_text(self) -> bool:
        return self.media_type == TEXT.media_type


PDF = Kind("application/pdf", ("pdf",), "PDF")
OFD = Kind("application/ofd", ("ofd",), "OFD")
TEXT = Kind("text/plain", ("txt",), "文本")
DOCX = Kind(f"{_OOXML}.wordprocessingml.document", ("docx",), "Word")
XLSX = Kind(f"{_OOXML}.spreadsheetml.sheet", ("xlsx",), "Excel")
PPTX = Kind(f"{_OOXML}.presentationml.presentation", ("pptx",), "PPT")
DOC = Kind("application/msword", ("doc", "wps"), "Word")
XLS = Kind("application/vnd.ms-excel", ("xls", "et"), "Excel")
PPT = Kind("application/vnd.ms-powerpoint", ("ppt", "dps"), "PPT")
PNG = Kind("image/png", ("png",), "图片", is_image=True)
JPEG = Kind("image/jpeg", ("jpg", "jpeg"), "图片", is_image=True)
GIF = Kind("image/gif", ("gif",), "图片", is_image=True)
WEBP = Kind("image/webp", ("webp",), "图片", is_image=True)

KINDS = {
    kind.media_type: kind for kind in (PDF, OFD, TEXT, DOCX, XLSX, PPTX, DOC, XLS, PPT, PNG, JPEG, GIF, WEBP)
}
_KNOWN_ENDINGS = frozenset(ending for kind in KINDS.values() for ending in kind.endings)

_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
)
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (("WordDocument", DOC), ("Workbook", XLS), ("Book", XLS), ("PowerPoint Document", PPT))
"""Which stream makes a compound file (of Office up to 2003, of WPS) a document; an installer has none of them."""
_PARTS = (
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("ppt/presentation.xml", PPTX),
    ("OFD.xml", OFD),
)


def kind_of(content: bytes, name: str) -> Kind | None:
    """What the file is; None for what is not taken: programs, web pages, drawings that hold script, archives."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(_COMPOUND):
        return next((kind for stream, kind in _STREAMS if stream.encode("utf-16-le") in content), None)
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_package(content)
    return TEXT if name.lower().endswith(".txt") and _is_text(content) else None


def claimed_kind(name: str) -> Kind | None:
    """What a file is by its name alone: a .pdf that holds none was renamed, cut short or locked."""
    ending = name.rpartition(".")[2].lower()
    return next((kind for kind in KINDS.values() if ending in kind.endings), None)


def fitting_name(name: str, kind: Kind) -> str:
    """The name with an ending that says what the file is: a photograph called “现场.exe” would open nowhere."""
    stem, _, ending = name.rpartition(".")
    if stem and ending.lower() in kind.endings:
        return name
    return f"{stem if stem and ending.lower() in _KNOWN_ENDINGS else name}.{kind.endings[0]}"


def _kind_of_package(content: bytes) -> Kind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    if len(parts) > _LARGEST_LIST or any(part.endswith("vbaProject.bin") for part in parts):
        return None
    return next((kind for part, kind in _PARTS if part in parts), None)


def _is_text(content: bytes) -> bool:
    """Words of a language, in one of the two ways Chinese desks write them, and no web page under another name."""
    if b"\0" in content or content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
