"""Names of a file being checked that may be one unit: read the pairs, and say of each whether they are."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field, StrictBool

from app.api.deps import CallerDep, DatabaseDep, problems
from app.models.types import LARGEST_ID
from app.queries import imports as import_queries
from app.queries.import_aliases import AlikeNames, Judgement
from app.rules.permissions import Action, needs
from app.services import import_aliases

router = APIRouter(prefix="/api/v1", tags=["导入"])

BatchId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="导入编号")]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class AlikePair(BaseModel):
    """写法相近、可能是同一单位的两个名称。"""

    one: Annotated[str, Field(description="一种写法")]
    other: Annotated[str, Field(description="另一种写法")]
    times: Annotated[list[int], Field(description="两种写法在文件里各出现几次；0 是只在名录里的名称")]
    place: Annotated[str, Field(description="出现的一处")]
    keepers: Annotated[list[str], Field(description="可以统一写作的名称；名录里已有的，只能统一到它")]
    keep: Annotated[str, Field(description="统一写作")]
    same: Annotated[bool, Field(description="是同一个单位；还没有判断的是建议")]
    is_judged: Annotated[bool, Field(description="已经判断过")]


class NewJudgement(BaseModel):
    """对一对名称的判断。"""

    one: Annotated[Name, Field(description="一种写法")]
    other: Annotated[Name, Field(description="另一种写法")]
    same: Annotated[
        StrictBool,
        Field(
            description="true 是同一个单位；false 是两个单位，原来建议或判断为同一个的，记下后以后的文件不再询问"
        ),
    ]
    keep: Annotated[str, Field(max_length=100, description="统一写作其中哪一个；不写就用 other")] = ""


class NewJudgements(BaseModel):
    """一次说清的各对名称。"""

    pairs: Annotated[list[NewJudgement], Field(max_length=500)]


@router.get(
    "/imports/{batch_id}/alike-names",
    response_model=list[AlikePair],
    responses=problems(404, 422),
    summary="可能是同一单位的名称",
    description="一份待核对的文件里写法相近的名称，成对列出，还没有判断的在前；已经导入的没有。须用督查室账号的令牌。",
)
@needs(Action.IMPORT_PLAN)
def list_alike_names(batch_id: BatchId, viewer: CallerDep, database: DatabaseDep) -> list[dict[str, Any]]:
    with database.reading() as session:
        batch = import_queries.get_batch(session, viewer, batch_id)
        return _told(import_aliases.to_judge(session, viewer, batch))


@router.put(
    "/imports/{batch_id}/alike-names",
    response_model=list[AlikePair],
    responses=problems(404, 409, 413, 422),
    summary="判断名称是否同一单位",
    description=(
        "一次说清若干对，要么都记下，要么都不记；没有写的不变，再说一遍不变。"
        "同一单位的别名在导入时登记到名录，撤销导入时一并去掉。"
    ),
)
@needs(Action.IMPORT_PLAN)
def judge_alike_names(
    batch_id: BatchId, new: NewJudgements, viewer: CallerDep, database: DatabaseDep
) -> list[dict[str, Any]]:
    judgements = [Judgement(each.one, each.other, each.same, each.keep) for each in new.pairs]
    with database.writing() as session:
        batch = import_queries.get_batch(session, viewer, batch_id)
        import_aliases.judge_alike(session, batch, judgements, actor=viewer)
        return _told(import_aliases.to_judge(session, viewer, batch))


def _told(alike: AlikeNames) -> list[dict[str, Any]]:
    return [
        {
            "one": pair.one,
            "other": pair.other,
            "times": list(pair.times),
            "place": pair.place,
            "keepers": list(pair.keepers),
            "keep": pair.keep,
            "same": pair.same,
            "is_judged": pair.is_judged,
        }
        for pair in (*alike.open, *alike.judged)
    ]
