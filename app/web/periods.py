"""填报周期: how often and by when units report; opening and closing a period."""

from fastapi import APIRouter

router = APIRouter()
