"""Nothing of a text is lost in silence: what stands below the first task and in no part of the reading is told."""

import re
from collections.abc import Iterator

from importers.characters import folded, squash
from importers.columns import kind_of
from importers.doubts import names_who
from importers.grid import Document, Grid
from importers.headings import NOTE, PAGE_LABEL
from importers.rows import ImportedRow, Issue, Layout, Level, RecognisedTable
from importers.scripts import either_script
from importers.values.duties import find_label
from importers.values.duty_verbs import TOGETHER

_PART = re.compile(
    r"[\s﹒、，,；;。.：:∶﹕︰|｜（）()〔〕﹝﹞<>＜＞〈〉「」『』{}\[\]【】〖〗［］｛｝！!？?/／*★☆※●▲◆△—–-]+"
)
_NUMBER = re.compile(r"[①-⒛㈠-㈩㊀-㊉]|^\d{1,3}[﹒．]?(?=[一-龥])|(?<=\D)\d[﹒．](?=[一-龥])")
_NO_WORDS = re.compile(
    r"(科室|处室|股室|站所|单位|部门)|(任务|事项|项目|实事|工作|第)?[\d一二三四五六七八九十]*[项条件]?|20\d\d年\d{1,2}月\d{1,2}日|二[〇○零Oo].{2}年.{1,2}月.{1,3}日"
)
_WHO_DOES_WHAT = re.compile(
    either_script(
        r"^((以上|上述|[此该本这]项).{0,8})?(由|会同|联合)|(等(相关|有关)?(部门|单位)?)$"
        r"|按照?(各自)?[职職][责責](分工)?(分别|共同)?(负责|落实)?$|分工(负责)?$"
        r"|组织(有关|相关)(部门|单位)?(进行|实施|落实|开展|完成)$|(分别|共同)?组织(推进|协调|实施|落实|完成|督促|[和与并])+$"
        r"|(分别|共同|具体|积极|密切|给予|予以|做好)?(牵头|负责|配合|参与|参加|协作|协办|协助|协同|落实|主办|承办|为主|包抓|包联|包保|分管|主抓|主管|挂帅|领衔|督办)(负责|落实|实施|推进|配合)*$"
    )
)
_FOOT = re.compile(
    r"(?i)copy ?right|版权所有|ICP备|公网安备|网站标识码|https?:|此件|印发|主办|承办|^(联系)?(地址|邮编|传真)[:：]"
    r"|监督电话|打印|[上下]一[篇页条]|相关(推荐|法规|链接|文章)|免责声明|文章关键词|下同|第一位|首位"
)
_LEADING_NUMBER = re.compile(r"[（(]?(?P<n>\d{1,3})(?:[）)、．]|[.](?!\d)|\s|$)")
_HELPS = re.compile("配合(?!单位|部门)")
_NEIGHBOURS = 2
_MOST_TOLD = 20
_TOLD_LENGTH = 20
_TOLD_BEGINNING = 8


def unread(document: Document, table: RecognisedTable) -> list[Issue]:
    """A doubt for each line of a copied text whose words went nowhere."""
    typed = document.kind == "docx" and table.layout is Layout.PARAGRAPHS
    if (document.kind not in ("text", "html", "pdf") and not typed) or not table.tasks:
        return []
    first = {task.place: index for index, task in reversed(list(enumerate(table.tasks)))}
    last = {task.place: index for index, task in enumerate(table.tasks)}  # several may stand on one line
    everywhere = _said_of_file(table)
    near: tuple[int, int] | None = None
    bags = [_bag(task) for task in table.tasks]
    found = _rows_above(document, table.tasks[0])
    for place, text in _lines(document):
        if near is None and place in first:
            text = text[max(0, text.find(table.tasks[0].standard[:_TOLD_BEGINNING])) :]  # behind the preamble
        if place in first:
            near = first[place], last[place]
        if near is None and names_who(text) and not _is_told(text, everywhere + "".join(bags)):
            found.append(
                Issue(
                    Level.WARNING, place, f"“{squash(text)[:_TOLD_LENGTH]}”写明了责任单位，没有读入，请核对"
                )
            )
        if near is None or NOTE.match(squash(text)) or PAGE_LABEL.match(squash(text)) or _FOOT.search(text):
            continue
        around = "".join(bags[max(0, near[0] - _NEIGHBOURS) : near[1] + _NEIGHBOURS + 1])
        lost = [part for part in _parts(text) if part not in around and part not in everywhere]
        if lost and _plain(text)[:_TOLD_LENGTH] not in everywhere:
            found.append(Issue(Level.WARNING, place, f"“{'”“'.join(lost[:3])}”没有读入，请核对"))
    return found[:_MOST_TOLD]


def _rows_above(document: Document, first: ImportedRow) -> list[Issue]:
    """Lines above the first task whose numbers lead up to its own: a text that begins in the middle of its table."""
    own = _number(str(first.number))
    above: dict[int, tuple[str, str]] = {}
    for place, text in _lines(document):
        if place == first.place:
            break
        if number := _number(text):
            above[number] = place, text
    if own < 2 or own - 1 not in above:
        return []
    return [
        Issue(Level.WARNING, place, f"“{squash(text)[:_TOLD_LENGTH]}”在表头之前，没有读入，请核对")
        for number, (place, text) in sorted(above.items())
        if number < own
    ]


def _number(text: str) -> int:
    """The number a line begins with; 0 where it has none."""
    found = _LEADING_NUMBER.match(text.strip())
    return int(found["n"]) if found else 0


def _is_told(text: str, said: str) -> bool:
    """Whether a line that names units is known: as a task, or as a heading whose bracket names the leader."""
    parts = re.split("[（(]", text)[0], text[: max(find_label(text), 0)]
    return _plain(text)[:_TOLD_LENGTH] in said or any(part in said for part in map(_plain, parts) if part)


def _lines(document: Document) -> Iterator[tuple[str, str]]:
    for block in document.blocks:
        if isinstance(block, Grid):
            for row in block.rows:
                yield block.place(row.number), "\n".join(text for _, text in row.texts())
        else:
            yield block.place(), block.text


def _said_of_file(table: RecognisedTable) -> str:
    """What is said of no single task: title, headings, headers, and the lines told as left out."""
    goals = (goal.name for goal in table.goals)
    headers = (column.header for column in table.columns)
    messages = (issue.message for issue in table.issues)
    return _plain("\n".join([table.title, *goals, *headers, *messages]))


def _bag(task: ImportedRow) -> str:
    """All that is said of a task."""
    names = [*task.officials, *task.lead_departments, *task.main_departments, *task.supporting_departments]
    kept = [*task.extra, *task.extra.values(), *task.written.values()]
    told = [issue.message for issue in task.issues]
    return _plain(
        "\n".join([str(task.number), task.standard, task.progress, task.due_text, *names, *kept, *told])
    )


def _plain(text: str) -> str:
    return _PART.sub("", folded(squash(text)))


def _parts(text: str) -> list[str]:
    """The clauses of a line that say something: no label, no header, no number, no word of who does what."""
    clauses = (_WHO_DOES_WHAT.sub("", _NUMBER.sub("", part)) for part in _PART.split(folded(text)))
    parts = (part for clause in clauses for whole in TOGETHER.split(clause) for part in _HELPS.split(whole))
    return [
        part
        for part in parts
        if len(part) > 1 and not _NO_WORDS.fullmatch(part) and kind_of(part.removeprefix("及")) is None
    ]
