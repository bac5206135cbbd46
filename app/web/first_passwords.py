"""The sheet of first passwords: the answer of the very request that made them, and nowhere kept."""

from base64 import b64encode
from collections.abc import Sequence
from ipaddress import ip_address

from fastapi import Request, Response

from app.reports.accounts import PASSWORDS_NAME, Slip, passwords_workbook
from app.reports.ledger import WORKBOOK_TYPE
from app.rules.permissions import Viewer
from app.templating import render
from app.web.deps import get_settings


def password_sheet(request: Request, viewer: Viewer, slips: Sequence[Slip]) -> Response:
    """Strips to print and cut. The workbook travels inside the page: it could not be asked for a second time."""
    settings = get_settings(request)
    address = settings.public_url or _as_opened(request)
    workbook = passwords_workbook(viewer.jurisdiction_name, address, settings.first_password_days, slips)
    return render(
        request,
        "accounts/first_passwords.html",
        slips=slips,
        address=address,
        days=settings.first_password_days,
        workbook=f"data:{WORKBOOK_TYPE};base64,{b64encode(workbook).decode()}",
        workbook_name=PASSWORDS_NAME,
    )


def _as_opened(request: Request) -> str:
    """The address the administrator has typed; none when it leads to this machine from nowhere else."""
    host = (request.url.hostname or "").rstrip(".")
    try:
        stays_here = ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        stays_here = host == "localhost" or host.endswith(".localhost")
    return "" if stays_here else str(request.base_url).rstrip("/")
