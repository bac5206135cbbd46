"""单位与人员 for an OA's organisation sync: read the directory, and say what has changed, by the OA's own numbers."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from app.api.deps import CallerDep, DatabaseDep, SessionDep, problems
from app.api.schemas import Named
from app.models.directory import DepartmentKind
from app.queries.directory_entries import (
    DepartmentEntry,
    OfficialEntry,
    Which,
    department_entries,
    department_entry,
    official_entries,
    official_entry,
)
from app.rules.permissions import Action, needs
from app.services.directory_sync import (
    DepartmentStatement,
    OfficialStatement,
    sync_department,
    sync_official,
)

router = APIRouter(prefix="/api/v1", tags=["单位与人员"])

ExternalId = Annotated[
    str, Path(min_length=1, max_length=50, pattern=r"\S", description="在 OA 组织机构中的编号")
]
State = Annotated[Which, Query(description="current 现有（在任），past 已撤并（已离任），all 全部")]


class Department(BaseModel):
    """单位。"""

    id: int
    external_id: Annotated[str | None, Field(description="在 OA 组织机构中的编号")]
    name: Annotated[str, Field(description="全称")]
    short_name: Annotated[str, Field(description="简称")]
    aliases: Annotated[list[str], Field(description="别名、曾用名")]
    category: Annotated[str, Field(description="类别")]
    kind: Annotated[DepartmentKind, Field(description="unit 一个单位，group 一类单位（如各镇街）")]
    number: Annotated[int, Field(description="次序，已撤并的排在后面")]
    parent: Annotated[Named | None, Field(description="上级单位")]
    members: Annotated[list[Named], Field(description="一类单位的成员")]
    is_current: Annotated[bool, Field(description="现有")]
    retired_on: Annotated[date | None, Field(description="撤并日期")]
    successor: Annotated[Named | None, Field(description="承接单位")]
    successor_external_id: Annotated[str | None, Field(description="承接单位的外部编号")]


class Official(BaseModel):
    """分管领导。"""

    id: int
    external_id: Annotated[str | None, Field(description="在 OA 组织机构中的编号")]
    name: Annotated[str, Field(description="姓名")]
    post: Annotated[str, Field(description="职务")]
    number: Annotated[int, Field(description="次序，已离任的排在后面")]
    is_current: Annotated[bool, Field(description="在任")]
    in_office_from: Annotated[date | None, Field(description="任职日期")]
    in_office_to: Annotated[date | None, Field(description="离任日期，即不再任职的第一天")]


class NewDepartment(BaseModel):
    """OA 所报的单位。没有写的项不作改动。"""

    name: Annotated[str, Field(min_length=1, max_length=100, description="全称")]
    short_name: Annotated[str | None, Field(max_length=100, description="简称")] = None
    aliases: Annotated[list[str], Field(max_length=50, description="增加的别名；原有的别名不会去掉")] = []
    category: Annotated[str | None, Field(max_length=50, description="类别")] = None
    parent_external_id: Annotated[
        str | None, Field(max_length=50, description="上级单位的外部编号；空字符串表示没有上级")
    ] = None
    retired_on: Annotated[date | None, Field(description="撤并日期，不晚于今天")] = None
    successor_external_id: Annotated[
        str | None, Field(max_length=50, description="承接单位的外部编号，须同时写 retired_on")
    ] = None


class NewOfficial(BaseModel):
    """OA 所报的领导。没有写的项不作改动。"""

    name: Annotated[str, Field(min_length=1, max_length=50, description="姓名")]
    post: Annotated[str | None, Field(max_length=100, description="职务")] = None
    in_office_from: Annotated[date | None, Field(description="任职日期")] = None
    in_office_to: Annotated[date | None, Field(description="离任日期")] = None


@router.get(
    "/departments",
    response_model=list[Department],
    responses=problems(422),
    summary="单位名录",
    description="按本辖区的次序，已撤并的在后。",
)
@needs(Action.VIEW_DIRECTORY)
def list_departments(
    viewer: CallerDep, session: SessionDep, state: State = Which.ALL
) -> list[dict[str, Any]]:
    entries = department_entries(session, viewer)
    numbers = {entry.id: entry.external_id for entry in entries}
    return [
        _department(entry, numbers)
        for entry in entries
        if state is Which.ALL or entry.is_current == (state is Which.CURRENT)
    ]


@router.put(
    "/departments/{external_id}",
    response_model=Department,
    responses={**problems(409, 413, 422), 201: {"model": Department, "description": "新增了单位"}},
    summary="同步一个单位",
    description="按外部编号新增或修改。还没有外部编号的同名单位视为同一单位；并入承接单位时任务一并交接，须用督查室账号的令牌。",
)
@needs(Action.EDIT_DIRECTORY)
def put_department(
    external_id: ExternalId, new: NewDepartment, viewer: CallerDep, database: DatabaseDep, response: Response
) -> dict[str, Any]:
    said = DepartmentStatement(
        new.name,
        new.short_name,
        new.category,
        tuple(new.aliases),
        new.parent_external_id,
        new.retired_on,
        new.successor_external_id,
    )
    with database.writing() as session:
        department, is_new = sync_department(session, external_id.strip(), said, actor=viewer)
        numbers = {entry.id: entry.external_id for entry in department_entries(session, viewer)}
        answer = _department(department_entry(session, viewer, department.id or 0), numbers)
    response.status_code = 201 if is_new else 200
    return answer


@router.get(
    "/officials",
    response_model=list[Official],
    responses=problems(422),
    summary="分管领导名录",
    description="按次序，已离任的在后。",
)
@needs(Action.VIEW_DIRECTORY)
def list_officials(viewer: CallerDep, session: SessionDep, state: State = Which.ALL) -> list[dict[str, Any]]:
    return [_official(entry) for entry in official_entries(session, viewer, state)]


@router.put(
    "/officials/{external_id}",
    response_model=Official,
    responses={**problems(409, 413, 422), 201: {"model": Official, "description": "新增了领导"}},
    summary="同步一位领导",
    description="按外部编号新增或修改。还没有外部编号的同名、同职务领导视为同一人。还有任务没有交接的，不能登记离任。",
)
@needs(Action.EDIT_DIRECTORY)
def put_official(
    external_id: ExternalId, new: NewOfficial, viewer: CallerDep, database: DatabaseDep, response: Response
) -> dict[str, Any]:
    said = OfficialStatement(new.name, new.post, new.in_office_from, new.in_office_to)
    with database.writing() as session:
        official, is_new = sync_official(session, external_id.strip(), said, actor=viewer)
        answer = _official(official_entry(session, viewer, official.id or 0))
    response.status_code = 201 if is_new else 200
    return answer


def _department(entry: DepartmentEntry, numbers: dict[int, str | None]) -> dict[str, Any]:
    return {
        "id": entry.id,
        "external_id": entry.external_id,
        "name": entry.name,
        "short_name": entry.short_name,
        "aliases": entry.aliases,
        "category": entry.category,
        "kind": entry.kind,
        "number": entry.number,
        "parent": entry.parent,
        "members": entry.members,
        "is_current": entry.is_current,
        "retired_on": entry.retired_on,
        "successor": entry.successor,
        "successor_external_id": numbers.get(entry.successor.id) if entry.successor else None,
    }


def _official(entry: OfficialEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "external_id": entry.external_id,
        "name": entry.name,
        "post": entry.post,
        "number": entry.number,
        "is_current": entry.is_current,
        "in_office_from": entry.in_office_from,
        "in_office_to": entry.in_office_to,
    }
