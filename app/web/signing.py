"""签收: a unit signs for its tasks."""

from fastapi import APIRouter

router = APIRouter()
