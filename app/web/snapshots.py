"""往期: a closed period shown and exported as it was."""

from fastapi import APIRouter

router = APIRouter()
