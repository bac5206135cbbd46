"""Readers of foreign formats run in a child process, so that a hostile file can only kill the child."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from importers.errors import UnreadableFile
from importers.grid import Document
from importers.readers import archive, wire

SECONDS = 18
MEMORY = 480 * 1024 * 1024
_MOST_OUTPUT = 64 * 1024 * 1024
_PACKAGE_ROOT = Path(__file__).parents[2]


def read(kind: str, data: bytes) -> Document:
    """Have a child read the file; it may take so much time and memory and no more."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as answer:
        source.write(data)
        source.seek(0)
        try:
            status = subprocess.run(  # noqa: S603 - our own module; only its standard input is foreign
                [sys.executable, "-m", "importers.readers.child", kind],
                stdin=source,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                env={
                    "PYTHONPATH": str(_PACKAGE_ROOT),
                    "PATH": os.environ.get("PATH", ""),
                    "PYTHONIOENCODING": "utf-8",
                },
                check=False,
            ).returncode
        except subprocess.TimeoutExpired as error:
            raise archive.too_large("文件太复杂，读取超时") from error
        if answer.tell() > _MOST_OUTPUT or os.fstat(answer.fileno()).st_size > _MOST_OUTPUT:
            raise archive.too_large("文件内容过多")
        answer.seek(0)
        written = answer.read()
    if status != 0 or not written:
        raise archive.damaged()
    result = json.loads(written)
    if "refused" in result:
        raise UnreadableFile(*result["refused"])
    return wire.from_json(result["document"])


def _main(kind: str) -> None:
    """The child's side: limits first, then the file."""
    import resource  # not there on every system, and only the child needs it

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    result: dict[str, Any]
    try:
        result = {"document": wire.to_json(_reader(kind)(data))}
    except UnreadableFile as refusal:
        result = {"refused": [refusal.reason, str(refusal)]}
    except (
        Exception
    ) as error:  # whatever a foreign parser says of a broken file, to the office it is one thing
        result = {"refused": [archive.damaged().reason, str(archive.damaged())]}
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    json.dump(result, sys.stdout, ensure_ascii=False)


def _reader(kind: str) -> Callable[[bytes], Document]:
    from importers.readers import doc, pdf, xls

    return {"doc": doc.read, "pdf": pdf.read, "xls": xls.read}[kind]


if __name__ == "__main__":
    _main(sys.argv[1])
