"""The report sheet: drafts, submitting, evidence."""

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1", tags=["填报"])
