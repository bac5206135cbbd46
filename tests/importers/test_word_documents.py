"""What is peculiar to Word: automatic numbers, tracked changes, merges, nested content."""

import io
from typing import Any

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from tests.importers.build import document, goal_of, read


def rule(number: int, kind: str, text: str) -> str:
    level = (
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )
    return f'<w:abstractNum w:abstractNumId="{number}">{level}</w:abstractNum>'


NUMBERING = (
    f"<w:numbering {nsdecls('w')}>{rule(7, 'chineseCounting', '%1、')}{rule(8, 'decimal', '%1.')}"
    '<w:num w:numId="7"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="8"><w:abstractNumId w:val="8"/></w:num></w:numbering>'
)


def saved(file: Any) -> bytes:
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def numbered(paragraph: Any, rule: int) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{rule}"/></w:numPr>')
    )


def with_rules() -> Any:
    file = docx.Document()
    part = file.part.numbering_part
    for rule in parse_xml(NUMBERING):
        target = part.element
        first = target.find(qn("w:num"))
        target.append(rule) if rule.tag == qn("w:num") or first is None else first.addprevious(rule)
    return file


def test_automatic_numbers_are_read_as_seen_on_paper() -> None:
    file = with_rules()
    file.add_paragraph("某县重点工作任务分解")
    for rule, text in [
        (7, "经济发展"),
        (8, "培育企业。"),
        (0, "责任单位：县工信局"),
        (7, "民生事业"),
        (8, "新建学校。"),
        (0, "责任单位：县教育局"),
    ]:
        paragraph = file.add_paragraph(text)
        if rule:
            numbered(paragraph, rule)
    table = read(saved(file), "事.docx")
    assert [task.number for task in table.tasks] == [1, 2]
    assert [goal_of(table, task) for task in table.tasks] == ["一、经济发展", "二、民生事业"]


def test_automatic_numbers_in_a_table_column_are_the_numbers_of_the_tasks() -> None:
    file = with_rules()
    table = file.add_table(rows=3, cols=3)
    for row, values in zip(
        table.rows,
        [["序号", "工作任务", "责任单位"], ["", "改造公厕。", "城管局"], ["", "清理河道。", "水利局"]],
        strict=True,
    ):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    for row in table.rows[1:]:
        numbered(row.cells[0].paragraphs[0], 8)
    assert [task.number for task in read(saved(file), "表.docx").tasks] == [1, 2]


def plan() -> tuple[Any, Any]:
    file = docx.Document()
    table = file.add_table(rows=3, cols=3)
    for row, values in zip(
        table.rows,
        [["序号", "工作任务", "责任单位"], ["1", "改造公厕。", "城管局"], ["2", "清理河道。", "水利局"]],
        strict=True,
    ):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    return file, table


def test_tracked_insertions_are_read_and_deletions_are_not() -> None:
    file, table = plan()
    paragraph = table.rows[1].cells[1].paragraphs[0]._p
    paragraph.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>共58座。</w:t></w:r></w:ins>"))
    paragraph.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>不算。</w:delText></w:r></w:del>"))
    assert read(saved(file), "表.docx").tasks[0].standard == "改造公厕。共58座。"


def test_a_row_deleted_under_tracked_changes_is_no_task() -> None:
    file, table = plan()
    table.rows[1]._tr.get_or_add_trPr().append(OxmlElement("w:del"))
    assert [task.standard for task in read(saved(file), "表.docx").tasks] == ["清理河道。"]


def test_rows_inside_a_content_control_are_read() -> None:
    file, table = plan()
    row = table.rows[2]._tr
    control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
    row.addprevious(control)
    control[0].append(row)
    assert len(read(saved(file), "表.docx").tasks) == 2


def test_cells_merged_downwards_carry_their_value() -> None:
    file, table = plan()
    table.cell(1, 2).merge(table.cell(2, 2)).text = "城管局"
    second = read(saved(file), "表.docx").tasks[1]
    assert second.lead_departments == ["城管局"]
    assert second.inherited == ["lead_departments"]
    assert not second.issues


def test_a_card_for_each_task_is_read_as_its_labels_say() -> None:
    def card(task: str, unit: str) -> list[list[str]]:
        return [["工作任务", task], ["分管领导", "王伟"], ["牵头单位", unit], ["完成时限", "9月底前"]]

    form = "重点工作交办单"
    table = read(
        document("2025年工作", form, card("改造长江路。", "住建局"), form, card("新建天桥。", "城管局")),
        "单.docx",
    )
    assert [task.standard for task in table.tasks] == ["改造长江路。", "新建天桥。"]
    assert [task.lead_departments for task in table.tasks] == [["住建局"], ["城管局"]]
    assert [task.officials for task in table.tasks] == [["王伟"], ["王伟"]]
    assert {task.due_text for task in table.tasks} == {"9月底前"}
    assert table.goals == []


def test_a_card_keeps_its_own_number_and_what_long_labels_say() -> None:
    def card(task: str, told: str) -> list[list[str]]:
        return [
            ["重点工作：", task],
            ["牵头单位：", "住建局"],
            ["年度阶段性工作目标：", "第一季度：开工。第四季度：完工。"],
            ["进展情况、存在问题\n及下一步工作建议：", told],
        ]

    table = read(document(card("35.改造长江路。", "已开工。"), card("36.新建天桥。", "已完成。")), "单.docx")
    assert [task.number for task in table.tasks] == [35, 36]
    assert [task.goal for task in table.tasks] == [None, None]
    assert ["已开工" in table.tasks[0].progress, "已完成" in table.tasks[1].progress] == [True, True]
    assert [task.extra for task in table.tasks] == [
        {"年度阶段性工作目标": "第一季度：开工。第四季度：完工。"}
    ] * 2
    assert table.issues == []
