"""配合情况: what a supporting unit tells the lead unit."""

from fastapi import APIRouter

router = APIRouter()
