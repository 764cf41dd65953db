"""What a rehearsal did: counted, and held against what was signed."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from deployments.words import said


@dataclass
class Rehearsed:
    """What a rehearsal did, and whether everything that was signed has its end."""

    home: Path
    first: date
    last: date
    jumps: int = 0
    wakes: int = 0
    runs: dict[str, int] = field(default_factory=dict[str, int])
    ends: dict[str, int] = field(default_factory=dict[str, int])
    states: dict[str, int] = field(default_factory=dict[str, int])
    mails: int = 0
    missing: list[str] = field(default_factory=list[str])
    unplanned: list[str] = field(default_factory=list[str])
    broken: list[str] = field(default_factory=list[str])
    seconds: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def holds(self) -> bool:
        """Whether the year went as it was signed; a wake crashes only with its worker, and another takes its place."""
        return not (
            self.missing or self.unplanned or self.broken or set(self.runs) - {"COMPLETED", "CRASHED"}
        )

    def as_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        return {**vars(self), "home": str(self.home), "holds": self.holds}

    def __str__(self) -> str:
        """All of it, for people."""
        took = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())
        first, last = f"{self.first:%d/%m/%Y}", f"{self.last:%d/%m/%Y}"
        lines = [
            said(
                f"Diễn tập {first} – {last}: {self.jumps} mốc thời gian, {self.wakes} lượt nhắc, {self.mails} thư",
                f"Rehearsed {first} – {last}: {self.jumps} moments, {self.wakes} wakes, {self.mails} mails",
            ),
            f"  {said('Lượt chạy Prefect', 'Prefect runs')}: {_counts(self.runs)}",
            f"  {said('Thông báo đã ký', 'Notices signed')}: {_counts(self.ends)}",
            f"  {said('Việc giao', 'Assignments')}: {_counts(self.states)}",
            f"  {said('Thời gian', 'Time')}: {took}",
            f"  {said('Nhật ký, thư và dữ liệu', 'Ledger, mail and data')}: {self.home}",
        ]
        lines += [f"  {said('THIẾU', 'MISSING')} {line}" for line in self.missing]
        lines += [f"  {said('NGOÀI KẾ HOẠCH', 'NOT SIGNED')} {line}" for line in self.unplanned]
        lines += [f"  {said('SAI', 'BROKEN')} {line}" for line in self.broken]
        holds = said("Đúng như danh sách đã ký.", "Just as it was signed.")
        differs = said("KHÔNG đúng như danh sách đã ký.", "NOT as it was signed.")
        return "\n".join([*lines, f"  {holds if self.holds else differs}"])


_VI = {
    "accepted": "đã gửi", "to come": "chưa đến ngày", "unreachable": "không có người nhận", "failed": "không gửi được",
    "bounced": "bị trả lại", "retrying": "đang gửi lại", "owed": "chờ gửi", "sending": "đang gửi",
    "void": "không còn phải gửi", "assigned": "chưa tiếp nhận", "received": "đã tiếp nhận",
    "submitted": "chờ nghiệm thu", "completed": "đã hoàn thành",
    "suspended": "tạm dừng", "cancelled": "đã hủy", "replaced": "đã thay thế",
    "submitted by then": "khi đó đã nộp", "completed by then": "khi đó đã hoàn thành",
    "before arming": "trước khi kích hoạt",
    "COMPLETED": "hoàn tất", "CRASHED": "bị ngắt", "FAILED": "lỗi", "extension": "đã gia hạn",
    "no escalation": "chưa đủ số lần nhắc để báo cáo cấp trên", "reassigned": "đã chuyển đơn vị",
}  # fmt: skip


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{_word(name)} {count}" for name, count in sorted(counts.items())) or "-"


def _word(name: str) -> str:
    """A state, and behind a colon the reason, in the reader's language as far as there are words for it."""
    state, colon, reason = name.partition(": ")
    vi = _VI.get(state, state) + (f" ({_VI.get(reason, reason)})" if colon else "")
    return said(vi, name)
