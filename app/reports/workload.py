"""工作量: the second sheet, how many tasks each official and each department carries and how they stand."""

from openpyxl.worksheet.worksheet import Worksheet

from app.queries.ledger import Ledger
from app.queries.workload import WorkloadRow
from app.reports import look
from app.reports.cells import Pen, Value
from app.reports.head import HEADER_ROW, write_head
from app.reports.look import Style

COUNTED = "。一项任务由几人分管、几个单位承担时各计一次，各行之和可能大于任务总数。"
KNOWN = "在办而没有填完成率的任务不计入平均。"
_NAME_WIDTH, _COUNT_WIDTH = 22.0, 8.0
_ROW_HEIGHT = 18.5


def write_workload(sheet: Worksheet, ledger: Ledger) -> None:
    """Officials, then departments, each with its tasks by role and by light."""
    lights = _lights(ledger.officials + ledger.departments)
    columns = [("领导／单位", _NAME_WIDTH), ("任务数", _COUNT_WIDTH)]
    columns += [(role, _COUNT_WIDTH) for role in ("牵头", "主责", "配合")]
    columns += [
        (word, max(_COUNT_WIDTH, 2.0 * len(word))) for word in (*lights.values(), "平均完成率", "序时进度")
    ]
    tells_averaged = any(row.standing.without_figure for row in ledger.officials + ledger.departments)
    if tells_averaged:
        columns.append(("计入平均", _COUNT_WIDTH))
    pen = Pen(sheet)
    write_head(
        sheet,
        pen,
        ledger,
        ledger.titled(f"{ledger.title}工作量"),
        columns,
        COUNTED + (KNOWN if tells_averaged else ""),
    )
    at = HEADER_ROW + 1
    for word, unit, rows in (("分管领导", "位", ledger.officials), ("责任单位", "个", ledger.departments)):
        _write_group(sheet, pen, at, f"{word}（{len(rows)} {unit}）", len(columns))
        at += 1
        for row in rows:
            cells = _cells(row, list(lights), is_department=rows is ledger.departments)
            if tells_averaged:
                cells.append((row.standing.averaged, look.COUNT))
            sheet.append([pen.cell(value, style) for value, style in cells])
            pen.set_height(at, _ROW_HEIGHT)
            at += 1


def _write_group(sheet: Worksheet, pen: Pen, at: int, words: str, count: int) -> None:
    sheet.append([pen.cell(words, look.GROUP)] + [pen.cell(None, look.GROUP) for _ in range(count - 1)])
    pen.set_height(at, _ROW_HEIGHT + 2)
    pen.merge(at, 1, at, count)


def _lights(rows: list[WorkloadRow]) -> dict[str, str]:
    """The lights that occur, finished first, with their words."""
    words = {light.value: light.label for row in rows for light in row.standing.lights}
    return {light: words[light] for light in look.LIGHT_ORDER if light in words}


def _cells(row: WorkloadRow, lights: list[str], *, is_department: bool) -> list[tuple[Value, Style]]:
    standing = row.standing
    counts = {light.value: count for light, count in standing.lights.items()}
    roles = (row.lead, row.main, row.supporting) if is_department else (None, None, None)
    return [
        (row.name, look.NAME),
        (standing.total, look.TOTAL),
        *((role, look.COUNT) for role in roles),
        *((counts.get(light, 0), look.COUNT) for light in lights),
        (_share(standing.completion), look.SHARE),
        (_share(standing.pace), look.SHARE),
    ]


def _share(percent: int | None) -> Value:
    return "—" if percent is None else percent / 100
