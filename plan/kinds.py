"""What a notice can be about."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice is about, which chooses its words."""

    REMINDER = "reminder"
    LAST_DAY = "last_day"
    OVERDUE = "overdue"
    ESCALATION = "escalation"
    """To a superior: the unit was told and is late."""
    REVIEW = "review"
    """A task without a deadline is looked at again."""
    ASSIGNED = "assigned"
    SUBMITTED = "submitted"
    """To the coordinator: a result waits for review."""
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REOPENED = "reopened"
    EXTENSION_ASKED = "extension_asked"
    """To the coordinator: a request waits for an answer."""
    EXTENSION_DECISION = "extension_decision"
    DISPUTED = "disputed"
    """To the coordinator: a unit says that the task is not its own."""
    REASSIGNED = "reassigned"
    """To the unit that had the task; the new one gets `assigned`."""
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
