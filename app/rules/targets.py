"""量化指标: how far a figure is on its way to the target (目标账、缺口账)."""

from decimal import ROUND_FLOOR, Decimal

from app.models.progress import ProgressReport
from app.models.task import TaskStatus

PLACES = 4
"""Figures are kept with at most so many decimals."""


def completion_of(actual: float, target: float) -> int:
    """完成率 of a figure against its target: whole percent, rounded down, from 0 to 100."""
    share = 100 * _exact(actual) / _exact(target)
    return int(min(Decimal(100), max(Decimal(0), share)).to_integral_value(ROUND_FLOOR))


def completion_told(report: ProgressReport, target: float | None) -> int | None:
    """完成率 by a report: a figure is measured by the target as it is now, also when that was corrected after it."""
    if target is None or report.actual is None or report.status is not TaskStatus.IN_PROGRESS:
        return report.completion
    return completion_of(report.actual, target)


def missing_of(actual: float | None, target: float) -> float:
    """缺口: what is still to come; nothing once the target is reached."""
    return float(max(Decimal(0), _exact(target) - _exact(actual or 0)))


def figure_words(figure: float) -> str:
    """A figure as one writes it: 58, 8.5, never 58.0 or 1e+06."""
    return f"{_exact(figure).normalize():f}"


def _exact(figure: float) -> Decimal:
    """The figure as it was typed: 8.7 is not 8.699999."""
    return round(Decimal(str(figure)), PLACES)
