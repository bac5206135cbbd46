"""办理记录 for the auditor's own systems (日志审计): read on from where they stopped."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from app.api.deps import CallerDep, DatabaseDep, SessionDep, problems
from app.errors import InvalidInput
from app.models.event import EventSource
from app.queries import trail as trail_queries
from app.queries.trail import TrailFilter
from app.rules.permissions import Action, needs
from app.services import trail as trail_services
from app.templating import event_in_words, event_kinds

router = APIRouter(prefix="/api/v1", tags=["办理记录"])
CONDITIONS = ("after", "size", "since", "until", "kind")


class Event(BaseModel):
    """一条办理记录。"""

    model_config = ConfigDict(from_attributes=True)

    sequence: Annotated[int, Field(description="序号，从 1 起不间断")]
    at: Annotated[datetime, Field(description="时间")]
    actor_id: Annotated[int | None, Field(description="办理人的账号编号；命令行和未登录为空")]
    actor: Annotated[str, Field(description="办理人")]
    username: Annotated[str, Field(description="办理人的用户名，姓名相同时以此区分；命令行和未登录为空")]
    source: Annotated[EventSource, Field(description="途径")]
    address: Annotated[str, Field(description="来源地址；命令行为空")]
    kind: Annotated[str, Field(description="事项代码")]
    title: Annotated[str, Field(description="事项")]
    plan_id: int | None
    task_id: int | None
    batch_id: int | None
    detail: Annotated[dict[str, Any], Field(description="明细，变更为 before → after")]
    hash: Annotated[str, Field(description="本条的哈希，覆盖本条内容和前一条的哈希")]


class Head(BaseModel):
    """链尾。"""

    model_config = ConfigDict(from_attributes=True)

    sequence: int
    hash: str


class Trail(BaseModel):
    """办理记录的一段。"""

    items: list[Event]
    after: Annotated[int, Field(description="本段最后一条的序号；下次从这里接着读")]
    head: Annotated[Head, Field(description="现在的链尾")]


@router.get(
    "/trail",
    response_model=Trail,
    responses=problems(422),
    summary="办理记录",
    description="审计员账号的令牌才能读取。按序号从小到大；用 after 接着上次读，读到 items 为空为止。",
)
@needs(Action.VIEW_TRAIL)
def read_trail(
    request: Request,
    viewer: CallerDep,
    session: SessionDep,
    database: DatabaseDep,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="从哪一条之后读起")] = 0,
    size: Annotated[int, Query(ge=1, le=1000, description="最多几条")] = 200,
    since: Annotated[date | None, Query(description="从哪天起")] = None,
    until: Annotated[date | None, Query(description="到哪天止（含）")] = None,
    kind: Annotated[str, Query(max_length=100, description="事项代码")] = "",
) -> dict[str, Any]:
    _refuse_odd(request, kind)
    wanted = TrailFilter(since, until, kind=kind)
    head = trail_queries.head_of(session, viewer)
    found = list(trail_queries.read_trail(session, viewer, wanted, after=after, limit=size))
    if not trail_services.is_looking(session, actor=viewer):
        with database.writing() as own:
            trail_services.note_look(own, wanted, actor=viewer)
    items = []
    for event in found:
        title, _, _ = event_in_words(event.kind, event.detail, event.source)
        items.append({**asdict(event), "title": title})
    return {"items": items, "after": found[-1].sequence if found else after, "head": head}


def _refuse_odd(request: Request, kind: str) -> None:
    """A condition nobody understands must not answer with everything instead. Raises ``InvalidInput``."""
    fields = {name: "没有这个条件。" for name in request.query_params if name not in CONDITIONS}
    if kind and not any(kind in words for words in event_kinds().values()):
        fields["kind"] = f"没有“{kind}”这种事项。"
    if fields:
        names = "、".join(name[:30] for name in list(fields)[:5])
        raise InvalidInput(
            f"看不懂的条件：{names}，没有读取。", f"可用的条件是 {'、'.join(CONDITIONS)}。", fields
        )
