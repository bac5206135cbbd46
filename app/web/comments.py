"""征求意见: units answer to the draft, the supervision office settles their words."""

from fastapi import APIRouter

router = APIRouter()
