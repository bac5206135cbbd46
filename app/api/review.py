"""Approving reports and sending them back."""

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1", tags=["审核"])
