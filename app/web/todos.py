"""我的待办: what a person must do now."""

from fastapi import APIRouter

router = APIRouter()
