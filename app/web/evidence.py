"""佐证材料: files beside what a unit claims."""

from fastapi import APIRouter

router = APIRouter()
