"""办理阶段: from the draft of a table to its archive."""

from fastapi import APIRouter

router = APIRouter()
