"""The parts of the console: which role has which, and where its day starts."""

from models.people import PersonRole
from notifications.messages import Lang

ADMIN, COORD, LEADER, UNIT, AUDITOR = (
    PersonRole.ADMINISTRATOR, PersonRole.COORDINATOR, PersonRole.LEADER, PersonRole.UNIT, PersonRole.AUDITOR,
)  # fmt: skip
HOMES = {ADMIN: "/morning", COORD: "/morning", LEADER: "/leader", UNIT: "/mine", AUDITOR: "/ledger"}
"""Where each role starts its day."""

_SECTION_NAMES = {
    "/morning": ("Buổi sáng", "Morning"),
    "/plans": ("Kế hoạch", "Plans"),
    "/assignments": ("Nhiệm vụ", "Tasks"),
    "/review": ("Nghiệm thu", "Review"),
    "/extensions": ("Gia hạn, ý kiến", "Requests"),
    "/leader": ("Tổng hợp", "Overview"),
    "/units": ("Đơn vị", "Units"),
    "/office": ("Quản trị", "Administration"),
    "/ledger": ("Nhật ký", "Ledger"),
    "/mine": ("Nhiệm vụ của đơn vị", "Our tasks"),
    "/account": ("Tài khoản", "Account"),
}
SECTIONS: dict[PersonRole, tuple[str, ...]] = {
    ADMIN: (
        "/morning",
        "/plans",
        "/assignments",
        "/review",
        "/extensions",
        "/leader",
        "/units",
        "/office",
        "/ledger",
    ),
    COORD: ("/morning", "/plans", "/assignments", "/review", "/extensions", "/leader", "/units", "/ledger"),
    LEADER: ("/leader", "/plans", "/assignments", "/units"),
    UNIT: ("/mine",),
    AUDITOR: ("/ledger", "/leader", "/plans", "/assignments", "/units"),
}
"""The parts of the console, by role, in the order in which they stand at the top of each page."""


def sections_of(role: PersonRole, lang: Lang) -> list[tuple[str, str]]:
    """The parts that a role has, as address and name."""
    return [
        (address, _SECTION_NAMES[address][0 if lang == "vi" else 1]) for address in SECTIONS.get(role, ())
    ]
