"""The HTML door: pages for people."""

from fastapi import APIRouter

from app.web import (
    account_batches,
    accounts,
    departments,
    directory,
    directory_workbook,
    hand_over,
    home,
    import_checks,
    imports,
    login,
    officials,
    overview,
    own_account,
    reports,
    rights,
    single_sign_on,
    tasks,
    tokens,
    trail,
    workload,
)

router = APIRouter()
for page in (
    login,
    single_sign_on,
    own_account,
    account_batches,
    tokens,
    accounts,
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
    hand_over,
    rights,
    trail,
):
    router.include_router(page.router)
