"""填报审核: the queue of reports, approved or sent back."""

from fastapi import APIRouter

router = APIRouter()
