"""A plan's report for a quarter: to read, to print, as a Word paper to be signed, and as a workbook."""

from fastapi import APIRouter
from fastapi.responses import Response

from actions.errors import NotFound, Problem
from actions.reporting import quarter_report
from models import reports
from models.reports import Report
from plan.clock import local_day
from web.routes.year_files import attached, file_name
from web.routes.years import the_year
from web.visit import Looking, Visit

router = APIRouter()

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 60
"""How many lines of each table the page shows; the files have all."""


def _report(visit: Visit, number: int, year: int, quarter: int, most: int | None = None) -> Report:
    if quarter not in range(1, 5):
        raise NotFound([Problem("a year has four quarters", "một năm có bốn quý")])
    with visit.looking() as session:
        plan, cycle = the_year(session, number, year)
        return quarter_report(session, plan, cycle, quarter, visit.at, most=most)


@router.get("/plans/{number}/years/{year}/report")
def show(number: int, year: int, visit: Looking) -> Response:
    """The report of the quarter that is asked for, else of the one that runs."""
    asked = visit.request.query_params.get("quarter", "")
    today = local_day(visit.at)
    running = (today.month + 2) // 3 if today.year == year else 4 if today.year > year else 1
    quarter = int(asked) if asked in {"1", "2", "3", "4"} else running
    found = _report(visit, number, year, quarter, SHOWN)
    return visit.page(
        "report.html",
        number=number,
        year=year,
        quarter=quarter,
        report=found,
        roman=reports.ROMAN,
    )


@router.get("/plans/{number}/years/{year}/report-{quarter}.docx")
def as_paper(number: int, year: int, quarter: int, visit: Looking) -> Response:
    """The report as a Word paper."""
    found = _report(visit, number, year, quarter)
    return attached(reports.paper(found), _DOCX, _name(found, "docx"))


@router.get("/plans/{number}/years/{year}/report-{quarter}.xlsx")
def as_workbook(number: int, year: int, quarter: int, visit: Looking) -> Response:
    """The report's tables as a workbook."""
    found = _report(visit, number, year, quarter)
    return attached(reports.workbook(found), _XLSX, _name(found, "xlsx"))


def _name(report: Report, ending: str) -> str:
    return file_name(f"Báo cáo {report.number} quý {reports.ROMAN[report.quarter]}-{report.year}", ending)
