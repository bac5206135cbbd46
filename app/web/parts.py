"""分解项: a task taken apart into parts with dates and weights of their own."""

from fastapi import APIRouter

router = APIRouter()
