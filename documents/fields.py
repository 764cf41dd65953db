"""Who leads, who takes part, to whom a task reports: from the sentence of a task itself."""

import re
from dataclasses import dataclass

from documents.draft import ReportDuty
from documents.labels import Field, labels_within
from documents.names import in_chain, name_end, split_units, starts_unit, without_notes
from documents.words import fold, squeeze
from plan.deadlines import Deadline, Recurring


@dataclass(frozen=True, slots=True)
class Actors:
    """The bodies that a sentence names, and the rule that found the lead."""

    lead: tuple[str, ...] = ()
    coordinate: tuple[str, ...] = ()
    rule: str = ""


_GIVEN = re.compile(
    r"(?:Giao(?: cho| nhiệm vụ cho| trách nhiệm cho)?"
    r"|Đề nghị|Yêu cầu|Phân công|Kính đề nghị|Ủy quyền(?: cho)?)\s*:?\s+"
)
_CIRCUMSTANCE = re.compile(
    r"(?:Căn cứ|Trên cơ sở|Trên cơ cở|Theo|Hằng năm"
    r"|Hàng năm|Định kỳ|Đối với|Trong|Thường xuyên"
    r"|Để|Sau khi|Trước|Chậm nhất|Khi|Ngoài|Bên cạnh"
    r"|Quý|Tháng|Năm|Từ|Đến|Tùy|Với|Dựa|Nhằm|Kết thúc"
    r"|Cuối|Xuất phát|Đồng thời)\b"
)
_WITH = re.compile(
    r"(?<!quy chế )(?<!cơ chế )(?<!công tác )(?<!sự )(?<!chương trình )(?<!đồng )(?<!kế hoạch )"
    r"(?:(?:[Pp]hối hợp\s*,\s*[^,.;:]{3,40}?|[Kk]ết hợp(?:\s+chặt chẽ)?)\s+(?:với|cùng)\s+"
    r"|[Pp]hối hợp(?:(?:\s+|\s*,\s*|\s+và\s+)(?:chặt chẽ|chủ động|tốt|đồng bộ|quyết liệt|nhịp nhàng|thường xuyên"
    r"|kịp thời|tích cực|có hiệu quả|hiệu quả))+\s+(?:cùng với|với|cùng)\s+"
    r"|[Pp]hối hợp(?:\s+(?:chặt chẽ|chủ động|tốt|đồng bộ"
    r"|hiệu quả))*\s*(?:,\s*(?:trao đổi thông tin|chỉ đạo"
    r"|đôn đốc|hướng dẫn)?\s*)?"
    r"(?:(?:cùng với|với|cùng)\s+)?)"
)
_VIA = re.compile(r"\(?\b(?:thông qua|qua)\s+")
_TO = re.compile(
    r"\b(?:[Bb]áo cáo|[Gg]ửi|[Gg]ởi|[Tt]rình)\b(?P<mid>[^.;]{0,80}?)\b(?:về|cho|gửi|gởi|lên|tới|đến)\s+(?=\w)"
    r"|\b(?:[Bb]áo cáo|[Gg]ửi)\s+(?=[A-ZĐ])"
)


_INSIDE = re.compile(r"\s*trong (?!phạm vi|thẩm quyền)")
_LATER = re.compile(r"[,;]\s*(?:đồng thời|trong đó|theo đó|riêng)\s*,?\s*(?:giao\s+)?|[,;.]\s*[Gg]iao\s+")


_BRACKETED = re.compile(r"\(\s*(?:[Gg]iao\s+)?(?P<who>[^\W\d_][^()]{3,250}?\b(?:chủ trì|đầu mối)\b[^()]*)\)")
"""What a sentence says in brackets about who leads: "… (Sở Nội vụ chủ trì, phối hợp với Sở Tài chính)"."""

_LONGEST = 4000
"""Characters of a task that are searched for bodies: three pages."""


def actors(text: str) -> Actors:
    """The lead and the coordinating bodies that the sentence itself names."""
    text = text[:_LONGEST]
    lead, rule, at = _lead(text)
    return Actors(lead, _coordinate(text, lead, at), rule)


def _lead(text: str) -> tuple[tuple[str, ...], str, int]:
    if match := _GIVEN.match(text):
        names, end = names_at(text, match.end())
        if names:
            return names, "assigned by name", end
    names, end = _subject(text, 0)
    if names:
        return (*names, *_next_subjects(text, end, names)), "subject of the sentence", end
    if _CIRCUMSTANCE.match(text):
        for match in re.finditer(r"[,;:]\s+(?:(?:đề nghị|giao|yêu cầu)\s+)?", text[:600]):
            names, end = _subject(text, match.end())
            if names and not in_chain(text[: match.start()]) and not _INSIDE.match(text, end):
                return names, "subject after a circumstance", end
    if (found := _BRACKETED.search(text)) and starts_unit(text[found.start("who") :]):
        end = name_end(text, found.start("who"))
        if re.match(r"\s*(?:chủ trì|đầu mối)\b", text[end:]):
            return split_units(text[found.start("who") : end]), "named in brackets", end
    for match in _LATER.finditer(text):
        names, end = names_at(text, match.end())
        if names and re.match(r"\s*(?:chủ trì|phối hợp|chịu trách nhiệm|có trách nhiệm)", text[end:]):
            return names, "subject of a later clause", match.start()
    return (), "", 0


def _subject(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """The bodies that begin at `at` and are followed by what they do."""
    names, end = names_at(text, at)
    return (names, end) if names and text[end:].strip(" .,;:") else ((), at)


def names_at(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """The bodies named from `at` on, and where their names end; none where no body begins there."""
    if not starts_unit(text[at:]):
        return (), at
    end = name_end(text, at)
    part = text[at:end]
    if len(part.split()) < 2 or len(part) > 700:
        return (), at
    return split_units(
        re.sub(r"\s+theo\s+(?:đúng\s+)?(?:quy định|yêu cầu|hướng dẫn|thẩm quyền)\b.*$", "", part)
    ), end


def _next_subjects(text: str, at: int, known: tuple[str, ...]) -> tuple[str, ...]:
    """ "X chỉ đạo …; các Y thực hiện …": a second body that opens the next clause acts too."""
    found: list[str] = []
    for match in re.finditer(r";\s+", text[at : at + 400]):
        names, _ = _subject(text, at + match.end())
        found += [n for n in names if n not in known]
    return tuple(found)


def _coordinate(text: str, lead: tuple[str, ...], after: int) -> tuple[str, ...]:
    """Whoever stands behind "phối hợp (với)", anywhere after the subject."""
    found: list[str] = []
    for match in _WITH.finditer(text):
        if match.start() < after and lead:
            continue
        if starts_unit(text[match.end() :]):
            found += split_units(text[match.end() : name_end(text, match.end())])
    return tuple(dict.fromkeys(n for n in found if n not in lead))


_LEADS = re.compile(
    r"\s+(?:là cơ quan\s+|là đơn vị\s+)?(?:chủ trì|chịu trách nhiệm|đầu mối)(?:\s+(?:tham mưu|thực hiện|triển khai"
    r"|tổ chức)){0,3}\W*$"
)
"""What ends a line that only says who leads: "Sở Tư pháp chủ trì thực hiện."."""
_HELPING = re.compile(r"\s*\((?:cơ quan |đơn vị )?phối hợp\)\W*$")


def listed(value: str) -> Actors:
    """The bodies of a label's value or a table cell, which may also say who leads and who takes part."""
    text = _lines_joined(value[:_LONGEST].strip())
    said = {f: v for f, v in labelled(text).items() if f in (Field.LEAD, Field.COORDINATE)}
    if said:
        first, second = listed(said.get(Field.LEAD, "")), listed(said.get(Field.COORDINATE, ""))
        return Actors(first.lead, (*first.coordinate, *second.lead), "label")
    lead: list[str] = []
    coordinate: list[str] = []
    for part in re.split(r";|\n|(?<=[^.\d])\.\s", text):
        part = part.strip(" -+*•")
        if helping := _HELPING.search(part):
            coordinate += split_units(part[: helping.start()])
            continue
        part = _LEADS.sub("", without_notes(part))
        match = re.search(
            r"\b[Cc]hủ trì\b(?:\s+[^,;]*)?,?\s*(?:và\s+)?(?=[Pp]hối hợp)"
            r"|(?<!\w)[Pp]hối hợp\b",
            part,
        )
        if match and part[: match.start()].strip(" ,:"):
            lead += split_units(part[: match.start()].strip(" ,:"))
            rest = _WITH.sub(
                "", part[match.end() :] if "hợp" not in match.group() else part[match.start() :], count=1
            )
            end = name_end(rest)
            coordinate += split_units(rest[:end])
            continue
        lead += split_units(_cut(part))
    return Actors(tuple(dict.fromkeys(lead)), tuple(dict.fromkeys(coordinate)), "label")


def _lines_joined(value: str) -> str:
    """A new line in a cell is a new body only where one begins and the line above is not cut in a name."""
    lines = value.split("\n")
    text = lines[0]
    for line in lines[1:]:
        ended = re.search(
            r"(?:[Gg]iám đốc|[Cc]hủ tịch|[Vv]ăn phòng|[Tt]hủ trưởng"
            r"|[Tt]hường trực|[Ll]ãnh đạo|và|của|với|,|[Bb]an"
            r"|[Đđ]ồng chí)$",
            text,
        )
        text += (
            "\n" if starts_unit(line) and not ended and not line[:1].islower() or line[:1] in "-+•" else " "
        ) + line
    return text


def _cut(part: str) -> str:
    """The names in a segment of a list, without the sentence that may follow them."""
    if not starts_unit(part):
        return part
    end = name_end(part)
    rest = part[end:].split()
    return part[:end] if len(rest) > 4 and len(part[:end].split()) >= 2 else part


_ACRONYM = re.compile(r"(?i)\b(?:ubnd|hđnd|mttq|chqs|bch|bđbp|bqlda|vnpt|thpt|thcs)\b")


_OFFICER = re.compile(
    r"[^,;:]{3,60}\bphụ trách\b[^:]*$"
    r"|(?:Công chức|Cán bộ|Chuyên viên|Viên chức|Thành viên|Các thành viên|Phó |Đồng chí)[^,;:.]{0,40}"
    r"\b(?:tham mưu|theo dõi|được phân công|được giao)\b[^,;:.]{3,60}$"
)
"""An officer named by what he looks after: "Công chức tham mưu từng tiêu chí"."""


def heading_units(title: str) -> tuple[str, ...]:
    """The bodies that a heading consists of ("3. Sở Tài chính"), or none if it says anything else."""
    text = squeeze(title).strip(" .:;")
    text = re.sub(
        r"^(?:Đối với|Trách nhiệm của|Nhiệm vụ của|Trách nhiệm"
        r"|Giao|Đề nghị|Về phía|Yêu cầu)\s+",
        "",
        text,
    )
    if text.isupper() and " " in text:
        text = _ACRONYM.sub(lambda m: m.group().upper(), text[:1] + text[1:].lower())
    text = re.sub(r"\s*\((?:[Cc]ơ quan|[Đđ]ơn vị|[Đđ]ầu mối|[Tt]hường trực)[^()]*\)?(?=\W*$)", "", text)
    text = re.split(
        r"\s+-\s+(?=[Cc]ơ quan|[Đđ]ơn vị|[Tt]rưởng)|,\s*(?:là\s+)?(?:cơ quan thường trực)",
        text,
    )[0]
    if len(text) > 320 or not starts_unit(text):
        return ()
    if _OFFICER.match(text) and not title.rstrip().endswith("."):
        return split_units(text)
    rest = text[name_end(text) :].strip(" .:;,")
    if rest and not re.fullmatch(
        r"(?:chủ trì|có trách nhiệm|thực hiện|chịu trách nhiệm"
        r"|phối hợp)(?: thực hiện)?",
        rest,
    ):
        return ()
    names = split_units(text[: name_end(text)])
    return names if names and all(len(n) > 1 for n in names) else ()


def report_duty(text: str, due: tuple[Deadline, ...]) -> ReportDuty | None:
    """To whom the task reports and by way of whom; None where it has no duty to report."""
    text = text[:_LONGEST]
    match = re.search(r"\b[Bb]áo cáo\b|\bgửi\b[^.;]{0,40}\b(?:kết quả|về)\b", text)
    if not match or "báo cáo viên" in fold(text[match.start() : match.start() + 20]):
        return None
    recipients: tuple[str, ...] = ()
    for found in _TO.finditer(text):
        names, _ = names_at(text, found.end())
        if names:
            recipients = names
            break
    via: tuple[str, ...] = ()
    if found := _VIA.search(text):
        end = text.find(")", found.end()) if found.group().startswith("(") else name_end(text, found.end())
        part = text[found.end() : end if end >= 0 else len(text)]
        via = split_units(part[: name_end(part)]) if starts_unit(part) else ()
    rhythms = tuple(d.freq for d in due if isinstance(d, Recurring))
    return ReportDuty(recipients=recipients, via=via, rhythms=rhythms)


def inline_labels(text: str) -> dict[Field, str]:
    """The values of labels that stand inside a task's own paragraph ("… Thời gian hoàn thành: tháng 12/2025.")."""
    return labelled(text[: 2 * _LONGEST], inside=True)


def labelled(text: str, *, inside: bool = False) -> dict[Field, str]:
    """The value of each label in `text`; with `inside` a label at the very start is left to those who saw it."""
    found = labels_within(text)
    values: dict[Field, str] = {}
    for label, after in zip(found, [*found[1:], None], strict=False):
        value = text[label.to : after.at if after else len(text)].strip(" .;,()-")
        if value and (label.at or not inside):
            values.setdefault(label.field, value)
    return values
