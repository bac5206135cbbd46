"""通知: what others did that concerns the viewer."""

from fastapi import APIRouter

router = APIRouter()
