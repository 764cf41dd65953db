"""The pages, one module per part of the work."""

from web.routes import answer, door, health, morning, work

ROUTERS = (health.router, door.router, answer.router, morning.router, work.router)
"""Every router of the console."""
