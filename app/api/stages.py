"""办理阶段, 征求意见, 签收, 分解项."""

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1", tags=["办理阶段"])
