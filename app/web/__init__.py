"""The HTML door: pages for people."""

from fastapi import APIRouter

from app.web import (
    directory,
    home,
    import_checks,
    imports,
    login,
    overview,
    reports,
    rights,
    tasks,
    trail,
    workload,
)

router = APIRouter()
for page in (
    login,
    home,
    overview,
    tasks,
    workload,
    imports,
    import_checks,
    reports,
    directory,
    rights,
    trail,
):
    router.include_router(page.router)
