"""What a person must do now."""

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1", tags=["待办"])
