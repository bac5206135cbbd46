"""The HTML door: pages for people."""

from fastapi import APIRouter

from app.web import (
    departments,
    directory,
    directory_workbook,
    home,
    import_checks,
    imports,
    login,
    officials,
    overview,
    own_account,
    reports,
    rights,
    tasks,
    trail,
    workload,
)

router = APIRouter()
for page in (
    login,
    own_account,
    home,
    overview,
    tasks,
    workload,
    imports,
    import_checks,
    reports,
    directory,
    directory_workbook,
    departments,
    officials,
    rights,
    trail,
):
    router.include_router(page.router)
