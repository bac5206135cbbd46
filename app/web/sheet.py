"""填报: one page for all tasks of a unit in a period, saved as it is typed."""

from fastapi import APIRouter

router = APIRouter()
