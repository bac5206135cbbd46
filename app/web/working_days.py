"""工作日: the published calendar, and the office's own exceptions."""

from fastapi import APIRouter

router = APIRouter()
