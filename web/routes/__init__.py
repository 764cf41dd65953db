"""The pages, one module per part of the work."""

from web.routes import (
    account,
    answer,
    audit,
    changes,
    door,
    drafts,
    health,
    items,
    leader,
    mine,
    morning,
    office,
    people,
    plans,
    units,
    work,
    years,
)

ROUTERS = (
    health.router,
    door.router,
    answer.router,
    morning.router,
    mine.router,
    audit.router,
    leader.router,
    office.router,
    units.router,
    people.router,
    account.router,
    changes.router,
    work.router,
    plans.router,
    drafts.router,
    items.router,
    years.router,
)
"""Every router of the console."""
