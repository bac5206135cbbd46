"""日历: a person's due days for the calendar program."""

from fastapi import APIRouter

router = APIRouter()
