"""催办: numbered slips to units that are late."""

from fastapi import APIRouter

router = APIRouter()
