"""Applications and urging slips."""

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1", tags=["申请与催办"])
