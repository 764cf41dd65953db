"""The document's own data: number, kind, issuer, place, date, title, signer, years and legal bases.

Layout after Nghị định 30/2020/NĐ-CP, Phụ lục I: the issuer stands top left, the place and date top right under the
national motto, the number under the issuer, the title below, the signature at the end.
"""

import datetime as dt
import re

from documents.draft import DraftDocument
from documents.outline import Outline
from documents.source import Source
from documents.words import fold, squeeze

_UP = "A-ZÀ-ỸĐ"
_NUMBER = re.compile(
    rf"Số(?:\s*hiệu)?\s*:?\s*((?:\d[\w.]*)?\s*/\s*(?:\d{{4}}\s*/\s*)?[{_UP}]{{2,}}[\w&]*"
    rf"(?:\s?[-/.]\s?[\wĐđ&]+)*|\d+\s*-\s*[{_UP}]{{2,}}[\w]*\s*/\s*[\wĐđ]+(?:-[{_UP}][\wĐđ]*)*)"
)
_PLACED = re.compile(
    rf"([{_UP}][\wÀ-ỹĐđ.]*(?:[ \t\n]+[{_UP}][\wÀ-ỹĐđ.]*"
    rf"|[ \t\n]+(?:phố|và)(?=\s)|\s-\s[{_UP}][\wÀ-ỹĐđ.]*){{0,6}})\s*,\s*ngày\s+(\d{{1,2}})\s+t"
    rf"háng\s+(\d{{1,2}})\s+năm\s+(\d{{4}})"
)
# A draft leaves the day blank: "Hà Nội, ngày … tháng … năm 2026".
_UNDATED = re.compile(
    rf"((?:[{_UP}][\wÀ-ỹ.]*\s+){{0,4}}[{_UP}][\wÀ-ỹ.]*)\s*,\s*ngày[\s.…_/\d]*tháng[\s.…_/\d]*năm"
)
_MOTTO = re.compile(
    r"(?i)cộng h[òo][aà] xã hội chủ nghĩa việt nam"
    r"|đảng cộng sản việt nam|độc lập\s*-\s*tự do\s*-\s*hạnh phúc"
    r"|-{3,}"
)
_ISSUED = re.compile(r"[Nn]gày\s+ban\s+hành\s*:?\s*(\d{1,2})/(\d{1,2})/(\d{4})")
_KINDS = (
    "KẾ HOẠCH",
    "QUYẾT ĐỊNH",
    "CHƯƠNG TRÌNH HÀNH ĐỘNG",
    "CHƯƠNG TRÌNH",
    "CHỈ THỊ",
    "NGHỊ QUYẾT",
    "ĐỀ ÁN",
    "PHƯƠNG ÁN",
    "THÔNG BÁO",
    "CÔNG VĂN",
    "HƯỚNG DẪN",
    "LỘ TRÌNH",
    "CÔNG ĐIỆN",
    "QUY CHẾ",
)
_BASIS = re.compile(r"(?:Căn cứ|Thực hiện|Theo)\s")
_SHORT = {"ủy ban nhân dân": "UBND", "uỷ ban nhân dân": "UBND", "hội đồng nhân dân": "HĐND"}


def read_header(source: Source, outline: Outline) -> DraftDocument:
    """The document's own data as far as they are printed."""
    top = source.text[: _top_end(source, outline)]
    clean = _flat(top)
    kind, title = _title(outline, clean)
    place, date = _place_and_date(_MOTTO.sub(" ; ", _NUMBER.sub(" ; ", clean)))
    return DraftDocument(
        number=_number(clean),
        kind=kind,
        issuer=_issuer(_flat(source.text[:12000]), place),
        place=place,
        date=date,
        title=title,
        signer=_signer(source, clean),
        years=_years(title or "", clean),
        legal_bases=tuple(squeeze(p.text) for p in outline.head if _BASIS.match(p.text))[:40],
    )


def _top_end(source: Source, outline: Outline) -> int:
    starts = [n.paragraph.start for p in outline.parts for n in p.root.children if n.paragraph]
    return min(starts[0] if starts else 6000, 9000, len(source.text))


def _flat(text: str) -> str:
    return squeeze(text.replace("|", " "))


def _number(text: str) -> str | None:
    match = _NUMBER.search(text)
    return re.sub(r"\s", "", match[1]).strip("-/.") if match else None


def _place_and_date(text: str) -> tuple[str | None, dt.date | None]:
    for match in _PLACED.finditer(text):
        place = re.sub(r"^(?:Số|SỐ|.*(?:Hạnh phúc|PHÚC))\s+", "", squeeze(match[1]))
        place = _without_capitals(place)
        try:
            return place.strip(" -"), dt.date(int(match[4]), int(match[3]), int(match[2]))
        except ValueError:
            continue
    if match := _UNDATED.search(text):
        return squeeze(match[1]).strip(" -"), None
    if match := _ISSUED.search(text):
        try:
            return None, dt.date(int(match[3]), int(match[2]), int(match[1]))
        except ValueError:
            pass
    return None, None


def _without_capitals(place: str) -> str:
    """ "ĐOÀN TNCS HỒ CHÍ MINH Hòa Sơn": what stands left of the place on the same line is another office."""
    words = place.split()
    while len(words) > 1 and len(words[0]) > 1 and words[0].isupper() and not words[0].startswith("TP"):
        words.pop(0)
    return place if words[0].isupper() else " ".join(words)


_HEAD_WORDS = (
    r"(?:SỞ|BỘ|BAN|PHÒNG|TRƯỜNG|CÔNG AN|CHI CỤC|CỤC"
    r"|TRUNG TÂM|BỆNH VIỆN|ĐẢNG ỦY|ỦY BAN|UBND|HĐND"
    r"|HỘI|ĐOÀN|LIÊN ĐOÀN|VĂN PHÒNG|THANH TRA|THỦ TƯỚNG"
    r"|CHÍNH PHỦ|TÒA ÁN|VIỆN|TỈNH ỦY|THÀNH ỦY|HUYỆN ỦY"
    r"|CÔNG ĐOÀN|MẶT TRẬN|BÁO|ĐÀI|TỔNG CỤC|TỔNG CÔNG TY"
    r"|CÔNG TY)"
)


def _issuer(text: str, place: str | None) -> str | None:
    """The office in capitals above the number, without the office over it and the national motto."""
    number = _NUMBER.search(text)
    head = _MOTTO.sub(" ; ", text[: number.start()] if number else text[:600])
    head = re.split(r"\b(?:" + "|".join(_KINDS) + r")\b", head)[0]
    found = re.findall(rf"{_HEAD_WORDS}(?:[\s,&-]+[{_UP}]+(?![a-zà-ỹ]))+", head)
    if not found:
        return None
    name = squeeze(found[-1]).strip(" -.,")
    inner = list(re.finditer(rf"\s({_HEAD_WORDS})\b(?! (?:NHÂN DÂN|CHỦ TỊCH))", name))
    if (
        name.startswith(("UBND", "ỦY BAN NHÂN DÂN", "BỘ ", "TỈNH ỦY", "SỞ "))
        and inner
        and inner[-1][1] != "BAN"
    ):
        name = name[inner[-1].start(1) :]
    if match := re.fullmatch(r"(.+) BAN THƯỜNG TRỰC", name):
        name = f"BAN THƯỜNG TRỰC {match[1]}"
    return _spelled(name, place, text)


def _spelled(name: str, place: str | None, text: str) -> str:
    """The office as running text writes it: the way the document itself spells it, where it does."""
    low = fold(name)
    for long, short in _SHORT.items():
        if low.startswith(fold(long)):
            return f"{short} {_place_name(name[len(long) :].strip().lower(), place)}".strip()
    folded = fold(text)
    at = folded.find(low)
    while at >= 0 and text[at : at + len(low)].isupper():
        at = folded.find(low, at + 1)
    return text[at : at + len(low)] if at >= 0 else name


def _place_name(rest: str, place: str | None) -> str:
    match = re.match(r"(tỉnh|thành phố|xã|phường|huyện|quận|thị xã|đặc khu)\s+(.*)", rest)
    if not match:
        return rest.title()
    if place and fold(place).endswith(fold(match[2])):
        return f"{match[1]} {place[-len(match[2]) :]}"
    return f"{match[1]} {match[2].title()}"


def _title(outline: Outline, text: str) -> tuple[str | None, str | None]:
    """The kind ("Kế hoạch") and the lines in capitals (or set apart) below it."""
    rows = [p.text for p in outline.head]
    for at, row in enumerate(rows):
        match = re.match(rf"({'|'.join(_KINDS)})\b\s*:?\s*(.*)$", row)
        if not match or (match[2] and not match[2].isupper() and at == 0):
            continue
        title = [match[2]] if match[2] else []
        for after in rows[at + 1 : at + 8]:
            if (
                not title
                and len(after) < 400
                and not re.match(
                    r"Căn cứ|\(|-{3,}|#|CHỦ TỊCH|BỘ TRƯỞNG|GIÁM ĐỐC"
                    r"|ỦY BAN|UỶ BAN",
                    after,
                )
                and after[-1:] not in ".;:"
            ):
                title.append(after)
                continue
            if re.match(
                r"(?:Căn cứ|Thực hiện (?!.*[A-ZÀ-ỸĐ]{5})|Theo "
                r"|Ủy ban|UBND|\(|-{3,}|Để |Nhằm |CHỦ TỊCH|ỦY BAN NHÂN"
                r"|UỶ BAN NHÂN|(?:THỦ TƯỚNG|BỘ TRƯỞNG|GIÁM ĐỐC"
                r"|CHÁNH|TỔNG GIÁM ĐỐC|HỘI ĐỒNG|CHỦ NHIỆM|CỤC TRƯỞNG"
                r"|HIỆU TRƯỞNG|TRƯỞNG|BAN THƯỜNG|BÍ THƯ|VIỆN TRƯỞNG)\b)",
                after,
            ):
                break
            if not after.isupper() and (title or len(after) > 300):
                if title and not title[-1].isupper() and len(after) < 200 and after[:1].islower():
                    title.append(after)
                    continue
                break
            title.append(after)
        return match[1][:1] + match[1][1:].lower(), squeeze(" ".join(title)) or None
    return None, None


def _signer(source: Source, top: str) -> str | None:
    if match := re.search(
        rf"Người ký\s*:?\s*([{_UP}][\wÀ-ỹĐđ]+(?: [{_UP}][\wÀ-ỹĐđ]+){{1,4}}?)(?=\s+Lĩnh"
        rf"|\s+[{_UP}]{{3,}}|$|\s*\n)",
        top,
    ):
        return match[1]
    name = rf"[{_UP}][a-zà-ỹđ]+(?: [{_UP}][a-zà-ỹđ]+){{1,4}}"
    office = (
        r"(?:CHỦ TỊCH|GIÁM ĐỐC|THỦ TƯỚNG|BỘ TRƯỞNG|THỨ TRƯỞNG"
        r"|TRƯỞNG BAN|CHÁNH VĂN PHÒNG|BÍ THƯ|TRƯỞNG PHÒNG"
        r"|CỤC TRƯỞNG|PHÓ CHỦ TỊCH)"
    )
    found = re.findall(
        rf"{office}[^\S\n]*\n(?:\s*\(?[^\n]{{0,40}}\)?\n)?\s*({name})[^\S\n]*(?:\n"
        rf"|$|\|)",
        source.text,
    )
    return found[-1] if found else None


def _years(title: str, top: str) -> tuple[int, ...]:
    """The years that the title names as the plan's own; years of cited papers are not."""
    folded = fold(
        re.sub(
            r"(?i)ngày\s+\d+(?:\s+tháng\s+\d+\s+năm\s+|/\d+/)\d{4}"
            r"|\d+/\d{4}/\S+|số\s+\S+",
            " ",
            title,
        )
    )
    if match := re.search(r"(20\d\d)\s*-\s*(20\d\d)", folded):
        return int(match[1]), int(match[2])
    years = [int(y) for y in re.findall(r"(?:năm|tháng \d+/|quý \w+/)\s*(20\d\d)", folded)]
    return (
        (years[0],) if len(set(years)) == 1 and not re.search(r"(?:đến|tới)\s+(?:hết\s+)?năm", folded) else ()
    )
