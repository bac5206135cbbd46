"""Reporting periods, open and closed."""

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1", tags=["填报周期"])
