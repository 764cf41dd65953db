"""Search over everything that a coordinator, leader or auditor may see."""

from fastapi import APIRouter
from fastapi.responses import Response

from web.search import MOST, search
from web.visit import Looking

router = APIRouter()


@router.get("/search")
def show(visit: Looking) -> Response:
    """What has all the words."""
    typed = visit.request.query_params.get("q", "").strip()[:100]
    with visit.looking() as session:
        return visit.page("search.html", q=typed, hits=search(session, visit.url, typed), most=MOST)
