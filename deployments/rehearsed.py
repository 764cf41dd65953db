"""What a rehearsal did: counted, and held against what was signed."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any


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
        lines = [
            f"Diễn tập {self.first:%d/%m/%Y} – {self.last:%d/%m/%Y}: {self.jumps} mốc thời gian, "
            f"{self.wakes} lượt nhắc, {self.mails} thư",
            f"  Lượt chạy Prefect: {_counts(self.runs)}",
            f"  Thông báo đã ký: {_counts(self.ends)}",
            f"  Việc giao: {_counts(self.states)}",
            f"  Thời gian: {took}",
            f"  Nhật ký, thư và dữ liệu: {self.home}",
        ]
        lines += [f"  THIẾU {line}" for line in self.missing] + [
            f"  NGOÀI KẾ HOẠCH {line}" for line in self.unplanned
        ]
        lines += [f"  SAI {line}" for line in self.broken]
        return "\n".join(
            [*lines, "  Đúng như danh sách đã ký." if self.holds else "  KHÔNG đúng như danh sách đã ký."]
        )


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "-"
