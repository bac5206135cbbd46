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
    workload,
)

router = APIRouter()
for page in (login, home, overview, tasks, workload, imports, import_checks, reports, directory, rights):
    router.include_router(page.router)
