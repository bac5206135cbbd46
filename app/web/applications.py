"""申请延期、申请办结、申请中止, and what is decided on them."""

from fastapi import APIRouter

router = APIRouter()
