"""What leaves as a file: an attachment, or a picture or PDF to look at, under a name that is safe on every desk."""

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

from fastapi import Response

LONGEST_NAME = 180
"""Bytes: a folder takes 255, and the browser may still add “(1)” and its own ending."""
NAMELESS = "下载"
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""Should a browser open the file all the same, it stands in no one's name and runs nothing."""
PICTURE = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
PAPER = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""The PDF viewers of browsers a few years old count as plug-ins, which ``sandbox`` forbids; script is forbidden in both."""
_SHOWN_AS = {"Cc": " ", "Zl": " ", "Zp": " ", "Cf": "", "Cs": ""}
"""Line ends and NUL; invisible signs, which can turn a name around so that a program looks like a table; halves."""
_REFUSED = re.compile(r'[<>:"|?*]')


def attachment(content: bytes | str, *, name: str, media_type: str) -> Response:
    """The file for the disk, never for the window."""
    return Response(
        content,
        media_type=media_type,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(safe_file_name(name), safe='')}",
            "content-security-policy": SANDBOX,
        },
    )


def shown(content: bytes, *, name: str, media_type: str) -> Response:
    """A picture or a PDF for the window. What it is was told by its content, and the browser must not guess anew."""
    return Response(
        content,
        media_type=media_type,
        headers={
            "content-disposition": f"inline; filename*=UTF-8''{quote(safe_file_name(name), safe='')}",
            "content-security-policy": PICTURE if media_type.startswith("image/") else PAPER,
        },
    )


def safe_file_name(name: str) -> str:
    """The name without folders, control characters, turned writing directions and what a desk's system refuses."""
    last = PurePosixPath(name.replace("\\", "/")).name
    visible = "".join(_SHOWN_AS.get(unicodedata.category(sign), sign) for sign in last)
    plain = " ".join(_REFUSED.sub("_", visible).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 12:
        stem, ending = plain, ""
    room = LONGEST_NAME - len((dot + ending).encode() if ending else b"")
    short = stem.encode()[:room].decode(errors="ignore").rstrip(". ")
    return (f"{short or NAMELESS}.{ending}" if ending else short) or NAMELESS
