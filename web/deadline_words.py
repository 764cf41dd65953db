"""Typed deadlines as a sentence that a person can check."""

from datetime import date

from plan.deadlines import Bound, Deadline, Fixed, Freq, Ongoing, Other, Period, Recurring, Relative, Rule
from web.pages import Phrases

_RHYTHMS = {
    Freq.DAILY: ("hằng ngày", "daily"),
    Freq.WEEKLY: ("hằng tuần", "weekly"),
    Freq.MONTHLY: ("hằng tháng", "monthly"),
    Freq.QUARTERLY: ("hằng quý", "quarterly"),
    Freq.HALF_YEARLY: ("6 tháng một lần", "half-yearly"),
    Freq.YEARLY: ("hằng năm", "yearly"),
}
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _bound(bound: Bound, f: Phrases) -> str:
    return f.t("trước", "before") if bound is Bound.BEFORE else f.t("chậm nhất", "by")


def in_words(deadline: Deadline, f: Phrases) -> str:
    """One deadline as it was understood."""
    match deadline:
        case Fixed():
            hour = f" {f.words.hour(deadline.time)}" if deadline.time else ""
            return f"{_bound(deadline.bound, f)}{hour} {f.t('ngày', '')} {f.day(deadline.date)}".replace(
                "  ", " "
            )
        case Period():
            hour = f", {f.words.hour(deadline.time)}" if deadline.time else ""
            return _period(deadline.start, deadline.end, f) + hour
        case Recurring():
            return _rhythm(deadline, f)
        case Rule():
            hour = f", {f.words.hour(deadline.time)}" if deadline.time else ""
            since = f.t(f"kể từ {f.day(deadline.start)}", f"from {f.day(deadline.start)}")
            return (
                f.t(
                    f"theo chu kỳ riêng ({deadline.rrule}), {since}", f"by a rule ({deadline.rrule}), {since}"
                )
                + hour
            )
        case Ongoing():
            return f.t("thường xuyên, không có ngày cụ thể", "all the time, with no day of its own")
        case Relative():
            kind = f.t("ngày làm việc", "working days") if deadline.working else f.t("ngày", "days")
            days = f"{deadline.days} {kind}" if deadline.days is not None else f.t("ngay", "right away")
            return f.t(f"{days} kể từ: {deadline.anchor}", f"{days} from: {deadline.anchor}")
        case Other():
            return f.t(
                f"chưa thành ngày được: “{deadline.text}”", f"no day can be made of it: “{deadline.text}”"
            )


def _period(start: date | None, end: date | None, f: Phrases) -> str:
    if start and end:
        return f.t(f"từ {f.day(start)} đến {f.day(end)}", f"from {f.day(start)} to {f.day(end)}")
    return (
        f.t(f"đến {f.day(end)}", f"until {f.day(end)}")
        if end
        else f.t(f"từ {f.day(start)}", f"from {f.day(start)}")
    )


def _rhythm(deadline: Recurring, f: Phrases) -> str:
    words = f.t(*_RHYTHMS[deadline.freq])
    if deadline.weekdays:
        names = _WEEKDAYS if f.lang == "vi" else _WEEKDAYS_EN
        return f"{words}, " + ", ".join(names[day - 1] for day in deadline.weekdays)
    if not deadline.dates:
        return words + f.t(", chưa rõ ngày nào", ", on no known day")
    days = ", ".join("/".join(reversed(text.split("-"))) for text in deadline.dates)
    return f"{words}, {_bound(deadline.bound, f)} {f.t('ngày', 'day')} {days}"


def all_in_words(deadlines: list[Deadline], f: Phrases) -> list[str]:
    """Every deadline of an item, in the order of its text."""
    return [in_words(deadline, f) for deadline in deadlines]
