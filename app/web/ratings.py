"""人工评定 and 量化指标 of a task."""

from fastapi import APIRouter

router = APIRouter()
