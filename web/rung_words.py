"""The rungs of a ladder in words, and a ladder's form."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from actions.errors import Problem, Refused, refuse_if
from actions.ladders import mute, words_for
from plan.ladder import Audience, Delivery, Ladder, Rung
from web.forms import FieldProblem, Form
from web.pages import Phrases

AUDIENCES: dict[Audience, tuple[str, str]] = {
    Audience.UNIT: ("đơn vị", "the unit"),
    Audience.OFFICER: ("chuyên viên của đơn vị", "the unit's officer"),
    Audience.DEPUTY: ("người thay thế", "the deputy"),
    Audience.SUPERIOR: ("cấp trên của đơn vị", "the unit's superior"),
    Audience.COORDINATOR: ("chuyên viên đầu mối", "the coordinator"),
}
DELIVERIES: dict[Delivery, tuple[str, str]] = {
    Delivery.DIGEST: ("thư tổng hợp", "the digest"),
    Delivery.ALONE: ("thư riêng", "a mail of its own"),
}
ROWS = 20
"""How many rungs a form holds at most."""


def when(rung: Rung, f: Phrases) -> str:
    """On which days a rung is: "trước hạn 7 ngày", "quá hạn 14 ngày, rồi 7 ngày một lần đến 56 ngày"."""
    if rung.hours is not None:
        return f.t(f"trước giờ hạn {-rung.hours} giờ", f"{-rung.hours} hours before the hour")
    unit = f.t(" ngày làm việc" if rung.working else " ngày", " working days" if rung.working else " days")
    if rung.days == 0:
        first = f.t("ngày đến hạn", "on the day")
    elif rung.days < 0:
        first = f.t(f"trước hạn {-rung.days}{unit}", f"{-rung.days}{unit} before")
    else:
        first = f.t(f"quá hạn {rung.days}{unit}", f"{rung.days}{unit} after")
    if rung.every is None:
        return first
    return first + f.t(
        f", rồi {rung.every} ngày một lần đến {rung.until:+d} ngày",
        f", then every {rung.every} days to {rung.until:+d}",
    )


def condition(rung: Rung, f: Phrases) -> str:
    """Under which condition an escalation is owed."""
    if not rung.escalation:
        return ""
    return f.t(
        f"chỉ khi đã gửi được {rung.after_delivered} lần nhắc",
        f"only after {rung.after_delivered} delivered notices",
    )


def typed_rows(form: Form) -> list[dict[str, str]]:
    """The rungs as somebody typed them; rows that say nothing are left out."""
    names = (
        "days",
        "hours",
        "working",
        "audience",
        "delivery",
        "every",
        "until",
        "escalation",
        "after",
        "channel",
    )
    rows = [{name: form.text(f"{name}-{n}") for name in names} for n in range(ROWS)]
    return [row for row in rows if row["days"] or row["hours"]]


def shown_rows(ladder: Ladder) -> list[dict[str, str]]:
    """The rungs of a ladder as the fields of its form."""
    return [
        {
            "days": "" if r.hours is not None else str(r.days), "hours": str(-r.hours) if r.hours else "",
            "working": "1" if r.working else "", "audience": r.audience, "delivery": r.delivery,
            "every": str(r.every or ""), "until": "" if r.until is None else str(r.until),
            "escalation": "1" if r.escalation else "", "after": str(r.after_delivered) if r.escalation else "",
            "channel": r.channel or "",
        }
        for r in ladder.rungs
    ]  # fmt: skip


def ladder_of(form: Form, name: str) -> Ladder:
    """The ladder that a form describes; raises :class:`actions.errors.Refused` with every mistake at its field."""
    rows = typed_rows(form)
    problems = [problem for n, row in enumerate(rows) for problem in _not_numbers(n, row)]
    if not form.text("title"):
        problems.append(FieldProblem("give it a title", "hãy đặt tên cho bậc nhắc", "title"))
    review = _review(form.text("review"), problems)
    refuse_if(problems)
    value = {
        "name": name, "title": form.text("title"), "announce": form.checked("announce"),
        "review": review, "rungs": [_rung(row) for row in rows],
    }  # fmt: skip
    try:
        ladder = Ladder.model_validate(value)
    except ValidationError as error:
        raise Refused([_said(e["loc"], e["msg"]) for e in error.errors()]) from error
    refuse_if([FieldProblem(p.en, p.vi, "days-0") for p in mute(form.text("title"), ladder)])
    return ladder


def _review(text: str, problems: list[Problem]) -> list[str]:
    """The days of the year on which undated tasks are asked about: "15/3; 15/11" as "03-15" and "11-15"."""
    out: list[str] = []
    for part in filter(None, (p.strip() for p in re.split(r"[;,]", text))):
        found = re.fullmatch(r"(\d{1,2})/(\d{1,2})", part)
        if found and 1 <= int(found[2]) <= 12 and 1 <= int(found[1]) <= 31:
            out.append(f"{int(found[2]):02}-{int(found[1]):02}")
        else:
            problems.append(FieldProblem(
                f"{part!r} is no day of the year; write 15/3; 15/11",
                f"“{part}” không phải là ngày/tháng; ghi như 15/3; 15/11", "review",
            ))  # fmt: skip
    return out


def shown_review(ladder: Ladder) -> str:
    """Those days as people write them."""
    return "; ".join(f"{int(day[3:])}/{int(day[:2])}" for day in ladder.review)


_NUMBERS = {"days": (-366, 366), "hours": (1, 12), "every": (1, 366), "until": (-366, 732), "after": (0, 99)}


def _not_numbers(n: int, row: dict[str, str]) -> Iterator[Problem]:
    for name, (least, most) in _NUMBERS.items():
        text = row[name].replace("−", "-").removeprefix("+")
        try:
            good = not text or least <= int(text) <= most
        except ValueError:
            good = False
        if not good:
            yield FieldProblem(
                f"rung {n + 1}: {row[name]!r} is no number from {least} to {most}",
                f"bậc {n + 1}: “{row[name]}” không phải là số từ {least} đến {most}",
                f"{name}-{n}",
            )


def _rung(row: dict[str, str]) -> dict[str, Any]:
    def number(name: str) -> int | None:
        return int(row[name].replace("−", "-")) if row[name] else None

    hours, escalation = number("hours"), bool(row["escalation"])
    return {
        "days": 0 if hours else number("days") or 0,
        "hours": -hours if hours else None, "working": bool(row["working"]),
        "audience": row["audience"] or Audience.UNIT, "delivery": row["delivery"] or Delivery.DIGEST,
        "every": number("every"), "until": number("until"), "escalation": escalation,
        "after_delivered": number("after") or 0 if escalation else 0, "channel": row["channel"] or None,
    }  # fmt: skip


_FIELDS = {"after_delivered": "after"}


def _said(place: tuple[int | str, ...], message: str) -> FieldProblem:
    words = message.removeprefix("Value error, ")
    vi = words_for(words)
    if place[:1] == ("rungs",) and len(place) > 1:
        field = str(place[2]) if len(place) > 2 else "every"
        return FieldProblem(
            f"rung {int(place[1]) + 1}: {words}",
            f"bậc {int(place[1]) + 1}: {vi}",
            f"{_FIELDS.get(field, field)}-{place[1]}",
        )
    field = str(place[0]) if place else "days-0"
    return FieldProblem(f"{field}: {words}", vi, field)
