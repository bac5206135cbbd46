"""Thousands of broken and hostile files: each gives a plan or one plain refusal, in bounded time and memory.

python -m tests.importers.fuzz --count 10000 --seed 1
"""

import argparse
import io
import itertools
import random
import resource
import sys
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from importers import UnreadableFile, read_table
from tests.importers.build import document, xlsx

ROOT = Path(__file__).parents[2]
SECONDS = 20.0
MEGABYTES = 512
HEADER = ["序号", "目标名称", "工作标准", "分管领导", "牵头责任单位", "完成时限"]


def seeds() -> list[tuple[str, bytes]]:
    """Good files of every format, to be broken."""
    files = [*sorted((ROOT / "examples").iterdir()), *sorted((Path(__file__).parent / "samples").iterdir())]
    found = [
        (path.suffix, path.read_bytes())
        for path in files
        if path.suffix in (".txt", ".xlsx", ".docx", ".doc", ".pdf")
    ]
    rows = [HEADER, ["1", "强化改革", "改造公厕58座。", "王伟", "城管局、财政局", "6月底前"]]
    page = "".join("<tr>" + "".join(f"<td rowspan=2>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    found.append((".html", f"<html><table>{page}</table></html>".encode("gb18030")))
    found.append((".csv", "\n".join(",".join(row) for row in rows).encode("gb18030")))
    found.append(
        (
            ".txt",
            "一、经济\n1.改造公厕。（牵头单位：城管局；责任单位：财政局；6月底完成）\n责任单位：各镇街\n".encode(),
        )
    )
    return found


def broken(data: bytes, chance: random.Random) -> bytes:
    """One mutation of a file: cut, flipped, doubled, blanked, or broken inside its archive."""
    if data.startswith(b"PK") and chance.random() < 0.5:
        try:
            return _broken_inside(data, chance)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, zlib.error):
            return data  # broken enough already
    kind = chance.randrange(6)
    start = chance.randrange(len(data) or 1)
    stop = min(len(data), start + chance.choice([1, 4, 60, 2000]))
    if kind == 0:
        return data[:start]
    if kind == 1:
        return data[:start] + chance.randbytes(stop - start) + data[stop:]
    if kind == 2:
        return data[:stop] + data[start:]
    if kind == 3:
        return data[:start] + bytes(stop - start) + data[stop:]
    if kind == 4:
        return (
            data[:start]
            + chance.choice([b"\x00", b"\x1b", "（".encode(), b"\t\n", b"=1+1", b"<"]) * 50
            + data[start:]
        )
    return data[:start] + data[stop:]


def _broken_inside(data: bytes, chance: random.Random) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        unlucky = chance.choice(source.namelist())
        for name in source.namelist():
            content = source.read(name)
            if name == unlucky or (name.endswith("sheet1.xml") and chance.random() < 0.5):
                content = b"" if chance.random() < 0.1 else broken(content, chance) if content else b""
            if name != unlucky or chance.random() > 0.1:
                target.writestr(name, content)
    return stream.getvalue()


def hostile() -> Iterator[tuple[str, bytes]]:
    """Files made to hurt: each is tried once."""
    good = xlsx([HEADER, ["1", "强化改革", "改造公厕58座。", "王伟", "城管局", "6月底前"]])
    sheet = "xl/worksheets/sheet1.xml"
    begin = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    end = "</sheetData></worksheet>"
    yield ".xlsx", _with_part(good, sheet, (begin, 1), (" " * 1000, 300_000), (end, 1))
    yield ".xlsx", _with_part(good, sheet, (begin, 1), ("<row><c><v>1</v></c></row>", 2_000_000), (end, 1))
    yield (
        ".xlsx",
        _with_part(good, sheet, (begin, 1), ("<row><c t='n'><v>1</v></c></row>", 590_000), (end, 1)),
    )
    merge = '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    yield ".xlsx", _with_part(good, sheet, (begin, 1), (merge, 1))
    yield ".xlsx", _with_part(good, "xl/styles.xml", ("<x>", 200_000))
    yield ".xlsx", _with_part(good, "xl/styles.xml", ("<x/>", 10_000_000))
    yield ".docx", _with_part(document("一、经济"), "word/document.xml", ("<w:p>", 500_000))
    yield ".html", ("<table>" * 20_000).encode()
    yield ".html", ("<div>" * 100_000 + "责任单位：城管局").encode()
    yield ".html", f"<table><tr>{'<td colspan=99999 rowspan=99999>序号</td>' * 5000}</tr></table>".encode()
    yield ".txt", ("（" * 500_000).encode()
    yield ".txt", ("牵头单位：" * 200_000).encode()
    yield ".txt", ("\t序号\n\t工作任务\n\t责任单位\n" * 50_000).encode()
    yield ".txt", ("序号\n工作任务\n责任单位\n" + "城管局\n" * 100_000).encode()
    yield ".txt", ("1.改造（由" + "城管局、" * 100_000 + "牵头）").encode()
    yield ".txt", ("一、经济\n（一）工业\n" + "1.改造公厕。\n" * 60_000 + "责任单位：城管局").encode()
    yield ".csv", ("序号,工作任务,责任单位\n" + "1,改造," + "王" * 2_000_000).encode()
    yield ".csv", (",".join(["序号", "工作任务", "责任单位"] * 20_000) + "\n" + "1," * 60_000).encode()
    yield (
        ".csv",
        (
            "序号,工作任务,责任单位,分管领导\n"
            + "1,改造公厕,城管局财政局"
            + "城" * 3000
            + ","
            + "王李" * 3000
        ).encode(),
    )
    yield (
        ".csv",
        ("序号,工作任务,责任单位\n" + "".join(f"{n},任务{n}。,第{n}中心\n" for n in range(15_000))).encode(),
    )
    yield ".pdf", b"%PDF-1.4\n" + b"1 0 obj << /Length 99999999 >> stream\n" * 10_000


def _with_part(data: bytes, part: str, *content: tuple[str, int]) -> bytes:
    """The archive with one part replaced by repeated text, written piece by piece to stay small itself."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name != part:
                target.writestr(name, source.read(name))
                continue
            with target.open(name, "w") as written:
                for text, times in content:
                    block = text.encode() * min(times, 1000)
                    for _ in range(0, times, 1000):
                        written.write(block)
    return stream.getvalue()


def try_file(name: str, data: bytes) -> tuple[str, float]:
    """What became of a file and how long it took; anything but a plan or a refusal is an error."""
    begun = time.perf_counter()
    try:
        table = read_table(data, name, year=2025)
        outcome = f"plan of {'some' if table.tasks else 'no'} tasks"
    except UnreadableFile as refusal:
        outcome = refusal.reason
    return outcome, time.perf_counter() - begun


def run(
    count: int, seed: int, report: Callable[[str], object] = print, *, with_hostile: bool = True
) -> Counter[str]:
    """Try the hostile files, then ``count`` broken ones; stops at the first that takes too long or too much."""
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()
    good = seeds()
    slowest = 0.0
    for number, (suffix, data) in enumerate(
        itertools.chain(hostile() if with_hostile else (), itertools.repeat(("", b""), count))
    ):
        if not suffix:
            suffix, data = chance.choice(good)
            for _ in range(chance.randint(1, 3)):
                data = broken(data, chance)
        outcome, seconds = try_file(f"文件{number}{suffix}", data)
        outcomes[outcome] += 1
        slowest = max(slowest, seconds)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        if seconds > SECONDS or memory > MEGABYTES:
            raise SystemExit(f"file {number} of seed {seed} ({suffix}): {seconds:.1f} s, {memory} MB")
        if number < 25 or number % 500 == 0:
            report(
                f"{number:6} {suffix:6} {outcome:20} {seconds:6.2f} s  slowest {slowest:.2f} s  memory {memory} MB"
            )
    return outcomes


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    sys.stdout.write(f"{dict(run(chosen.count, chosen.seed))}\n")
