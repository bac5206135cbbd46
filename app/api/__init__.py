"""The JSON door for OA systems: /api/v1, the same services and queries as the pages."""

from fastapi import APIRouter

from app.api import (
    alike_names,
    applications,
    directory,
    docs,
    evidence,
    hand_over,
    imports,
    periods,
    plans,
    review,
    sheet,
    stages,
    tasks,
    todos,
    trail,
    workload,
)

DESCRIPTION = """
供 OA 等系统读取责任分解表、任务、工作量并回写进展。

**身份**：每次请求带上 `Authorization: Bearer 令牌`。令牌由管理员用 `duban token` 签发，权限与所属账号相同，与网页遵循同一套规则。

**出错**：一律返回 `application/problem+json`，其中 `code` 是固定的错误代码，`detail` 说明发生了什么、怎么办。
"""

router = APIRouter()
PARTS = (
    docs,
    plans,
    imports,
    alike_names,
    tasks,
    workload,
    directory,
    hand_over,
    stages,
    periods,
    sheet,
    evidence,
    review,
    applications,
    todos,
    trail,
)
for part in PARTS:
    router.include_router(part.router)
