"""The pages, one module per part of the work."""

from web.routes import answer, door, health, morning, plans, work, years

ROUTERS = (health.router, door.router, answer.router, morning.router, work.router, plans.router, years.router)
"""Every router of the console."""
