"""The pages, one module per part of the work."""

from web.routes import answer, door, health

ROUTERS = (health.router, door.router, answer.router)
"""Every router of the console."""
