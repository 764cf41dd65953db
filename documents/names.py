"""Names of units in running text: where one begins, where it ends, and where a list of them is split.

"Các Sở, ban, ngành" is one name; bodies joined by a semicolon, a comma or "và" are split where a new body clearly
begins. Names keep the words of the text.
"""

import re

from documents.vocabulary import (
    BODIES,
    BODIES_BEFORE,
    BODIES_UNLESS,
    FIELDS,
    NAME_ENDS,
    NAME_ENDS_UNLESS,
    NOUNS,
    PROPER,
)
from documents.words import fold, squeeze

_PLACES = (
    r"(?:tỉnh|thành phố|xã|phường|thị trấn|đặc khu"
    r"|quận|huyện|thị xã|thôn|bản|khu phố|ấp|tổ dân phố"
    r"|khu dân cư|đặc khu|làng|buôn|khóm)"
)


_WHICH = (
    r"(?:có|còn|ven|biên giới|thuộc|trên|nằm|vùng|miền|bị|đặc biệt|liên quan|trực thuộc|trọng điểm|mới|nơi)\b"
)
"""What tells of which places ("UBND các xã, phường có rừng")."""


def _either_case(phrase: str) -> str:
    """The phrase with a small or a capital letter at the start of each word ("phó chủ tịch", "Phó Chủ tịch")."""
    return " ".join(f"[{word[0].upper()}{word[0]}]{word[1:]}" for word in phrase.split())


def _head() -> re.Pattern[str]:
    """How a name begins: "các", then a word that begins names, with what may or must follow it."""
    many = r"(?:(?:[Cc]ác đồng chí|[Cc]ác|[Tt]oàn thể|[Tt]ừng|[Mm]ỗi|[Đđ]ồng chí|[Nn]hững|[Mm]ột số|[Tt]ất cả các)\s+)?"
    forms = [rf"{_either_case(w)}(?!{unless})\b" for w, unless in BODIES_UNLESS.items()]
    forms += [rf"{_either_case(w)},? (?={before})" for w, before in BODIES_BEFORE.items()]
    forms += [rf"{_either_case(w)}\b" for w in BODIES.split("|")]
    return re.compile(rf"{many}(?:{'|'.join(forms)}|(?:{PROPER})\b)")


_HEAD = _head()
_CLASS = {
    "sở",
    "bộ",
    "ban",
    "ngành",
    "đơn vị",
    "cơ quan",
    "cơ quan ngang bộ",
    "cơ quan thuộc chính phủ",
    "đoàn thể",
    "viện",
    "ban ngành",
    "các ngành",
    "tổ chức",
    "cấp",
    "hội",
    "cá nhân",
    "hội đoàn thể",
    "trường",
    "khoa",
    "phòng",
    "vụ",
    "cục",
    "chi cục",
    "chi bộ",
    "đảng bộ",
    "chi đoàn",
    "chi hội",
}
_GRANTED = re.compile(r"(?:đã )?được(?: phân công| giao| phân giao)?|thực hiện chức năng")
_CLOSED = re.compile(r"[.:](?=\s|$)|\((?!sau đây)")
# "các Sở: Tài chính, Nội vụ": a class, a colon and the fields of its members make one list of names.
_FIELD = re.compile(rf"(?:{FIELDS})(?![\w])", re.IGNORECASE)
_MEMBERS = re.compile(r"(?:[Cc]ác\s+)?(?P<kind>[Bb]ộ|[Ss]ở|[Pp]hòng|[Bb]an)\s*:\s*")
# "cơ quan chủ trì nhiệm vụ", "đơn vị chủ trì.": the body is named by what it leads.
_LED = re.compile(
    r"\s*(?:[.;:)]|$|và\b|,\s*(?:cơ quan|đơn vị)|(?:các\s+)?(?:nhiệm vụ|đề án|dự án|tiểu dự án|chương trình|nội dung"
    r"|thực hiện|soạn thảo|trong|theo|để)\b)"
)
_DONE_BY = {
    "thực hiện",
    "xây dựng",
    "kiểm tra",
    "tuyên truyền",
    "hỗ trợ",
    "giải quyết",
    "chuẩn bị",
    "nghiên cứu",
}
_PERSON = re.compile(
    r"(?i:đồng chí|đ/c|ủy viên|uỷ viên|phó |cán bộ|công chức|chuyên viên|giáo viên|thành viên)[^,;]*$"
)
# What stands before a verb that is part of a name: "Ban Quản lý", "cơ quan chủ trì", "Trung tâm Xúc tiến đầu tư".
_TAKES_NOUN = re.compile(
    r"(?:cơ quan|đơn vị|tổ chức|công tác|nhiệm vụ|[Vv]iện|(?<!Môi )[Tt]rường|[Tt]rung tâm|[Cc]ơ sở|[Nn]hà|Ban|Tổ|Phòng"
    r"|Cục|Sở|quy định|Hội đồng|,? và|phụ trách(?: lĩnh vực)?|dự án|[Qq]uỹ|đầu tư|lực lượng"
    r"|(?:Viện|Trung tâm|Quỹ|Học viện)\s+\S+(?:\s+\S+)?)$"
)
_VERB = re.compile(rf"(?<![\w-])(?:{NAME_ENDS}|{'|'.join(NAME_ENDS_UNLESS)})(?![\w])")
_STRONG = re.compile(
    r"(?<![\w-])(?:có trách nhiệm|có nhiệm vụ|chịu trách nhiệm"
    r"|chủ động|căn cứ|báo cáo)(?!\w)"
)


def starts_unit(text: str) -> bool:
    """Whether `text` begins with the name of a body or a group of bodies."""
    return _HEAD.match(text) is not None


def name_end(text: str, at: int = 0) -> int:
    """Where the names that begin at `at` end: before the first verb, full stop, colon or bracket that is not theirs."""
    stop = _closed(text, at)
    stop = _complete(text, at, stop) or stop
    granted, first = _GRANTED.search(text, at, stop), _VERB.search(text, at, stop)
    # "Các cơ quan được giao chủ trì thực hiện …" goes on to "có trách nhiệm".
    pattern = _STRONG if granted and first and granted.start() <= first.start() else _VERB
    for verb in pattern.finditer(text, at, stop):
        before = text[at : verb.start()].rstrip()
        if before and not _is_part(verb.group(), before, text[verb.end() : verb.end() + 30]):
            return verb.start()
    return stop


_LEVELS = r"(?:tỉnh|thành phố|huyện|thị xã|quận|xã|phường|thị trấn|đặc khu)"
_NO_LEVEL = r"(?!\s+(?:hội|ủy|uỷ|đoàn|đội|lộ|trưởng|viên|trấn|xã)\b)"
_PROPER_NAME = r"(?:\s+(?:-\s+)?[A-ZĐÀÁÂÉÊÍÒÓÔÚÝĂƠƯẠ-Ỹ][\w.]*){0,5}"
_COMPLETE = re.compile(
    rf"(?:[Cc]ác\s+)?(?:(?:Sở|Bộ|Phòng|Ban)\s+(?i:{FIELDS})(?!\w|\s+(?:kế|hành|quản|tổ|tổng|nghiệp)\b)(?:\s+{_LEVELS}{_NO_LEVEL})?"
    rf"|[^,;.:()\n]{{2,60}}?\s{_LEVELS}(?!\w){_NO_LEVEL}){_PROPER_NAME}"
)
# What goes on with a name behind its level or its field; any other small word begins what the body does.
_GOES_ON = re.compile(
    rf"\s+(?:và|hoặc|cùng cấp|các|có|khác|liên|trực thuộc|thuộc|của|tại|ở|trên|phụ trách|được|nơi|ngoài|này|mới|-"
    rf"|{_WHICH}|{_LEVELS}|trong|cấp(?! phát)|đã|quản lý)(?!\w)"
)


def _complete(text: str, at: int, stop: int) -> int | None:
    """Where names end that are whole by themselves ("Sở Nội vụ", "Công an xã Hòa Sơn"), whatever verb comes next."""
    while match := _COMPLETE.match(text, at, stop):
        end = match.end()
        if re.match(r"\s+[^\W\dA-ZĐ_]", text[end:stop]) and not _GOES_ON.match(text, end, stop):
            return end
        join = re.compile(r"\s*(?:,\s*và|,|;|và)\s+").match(text, end, stop)
        if not join or not starts_unit(text[join.end() :]):
            return None
        at = join.end()
    return None


def _closed(text: str, at: int) -> int:
    """The first full stop, colon or bracket that ends a name; "các Sở:" goes on to its members."""
    for match in _CLOSED.finditer(text, at):
        members = _MEMBERS.search(text, max(at, match.start() - 12), match.end() + 1)
        if not (members and members.end() > match.start() and _FIELD.match(text, members.end())):
            return match.start()
    return len(text)


def _is_part(verb: str, before: str, after: str) -> bool:
    """Whether a verb stands inside a name ("Ban Quản lý", "Ban Chỉ đạo về …", "Phó Hiệu trưởng phụ trách …")."""
    if verb == "chủ trì" or verb in _DONE_BY and before.endswith(("cơ quan", "đơn vị", "tổ chức")):
        return before.endswith(("cơ quan", "đơn vị", "tổ chức")) and _LED.match(after) is not None
    if verb == "tổ chức":
        return before.endswith((",", " và"))
    if verb == "phụ trách":
        return _PERSON.search(before) is not None and not before.endswith(("phân công", "giao"))
    if verb == "về":
        return re.search(r"(?:Ban|Tổ|Hội đồng|Ủy ban)\b[^,;]*$", before) is not None
    return verb in NOUNS and _TAKES_NOUN.search(before[-60:]) is not None


def split_units(text: str) -> tuple[str, ...]:
    """The bodies in a list of bodies, in their words, each once."""
    found: list[str] = []
    text = text.rstrip(" .);") if text.count(")") > text.count("(") else text
    for part in re.split(r"\s*[;\n]\s*|\s*\.\s+(?=[A-ZĐ])|(?:^|\s)[+•]\s+|^-\s+", without_notes(text)):
        found += _members(part) or _split_commas(part)
    return tuple(dict.fromkeys(f for f in (_clean(x) for x in found) if f))


def without_notes(text: str) -> str:
    """ "Sở Tài chính (bố trí kinh phí), Sở Nội vụ": what stands in brackets is no part of a name."""
    return re.sub(r"\s*\((?!sau đây)[^()]{1,80}\)", "", text)


def _members(part: str) -> list[str]:
    """ "các Sở: Tài chính, Nội vụ và các đơn vị liên quan": each member under its whole name."""
    head = _MEMBERS.match(part)
    if not head or not _FIELD.match(part, head.end()):
        return []
    kind, at = head["kind"], head.end()
    names: list[str] = []
    while field := _FIELD.match(part, at):
        names.append(f"{kind[:1].upper()}{kind[1:]} {field.group()}")
        join = re.compile(r"\s*(?:,\s*và\s+|,\s*|\s+và\s+)").match(part, field.end())
        at = join.end() if join else len(part)
    return [*names, *_split_commas(part[at:])] if at < len(part) else names


def _clean(name: str) -> str:
    name = squeeze(name).strip(" .,;:-–+*•/")
    name = name.rstrip(" )") if "(" not in name else name
    name = re.sub(r"^(?:và|cùng|với|giữa|cùng với|Giao|giao|Đề nghị|Yêu cầu|Đối với|do|là)\s+", "", name)
    return re.sub(r"\s*\((?:chủ trì|đầu mối|phối hợp|thường trực)\)$", "", name)


def _split_commas(part: str) -> list[str]:
    """Cut at commas and "và" where what follows begins a body of its own."""
    pieces = re.split(r"(\s*,\s*(?:và\s+)?|\s+và\s+|\s*/\s*(?=[A-ZĐ]{2,}|Sở|Ban))", part)
    names: list[str] = []
    for at in range(0, len(pieces), 2):
        piece, join = pieces[at], pieces[at - 1] if at else ""
        if not names or _separate(names[-1], join, piece):
            names.append(piece)
        else:
            names[-1] += join + piece
    return names


def _separate(before: str, join: str, piece: str) -> bool:
    """Whether `piece` begins a new body, or goes on with the name before it."""
    low, prior = fold(piece).strip(), fold(before).strip()
    if before.count("(") > before.count(")") or not piece.strip():
        return False
    if _one_body(prior, "và" in join, low):
        return False
    bare = _MODIFIED.sub("", low.strip(" .;:"))
    if re.fullmatch(_PLACES + r"(?:\s+(?!đoàn|ủy|hội\b).*)?", low) and not re.match(
        rf"(?:xã|phường|tỉnh|thành phố)\s+(?!{_WHICH})[a-zà-ỹđ]+\s", piece
    ):
        return not _takes_places(prior)
    if (
        "và" in join
        and bare in ("cơ quan", "đơn vị", "tổ chức")
        and re.search(r"(?:sở|ngành|bộ)$|(?:sở|ngành|bộ),", prior)
    ):
        return True
    if bare in _CLASS or bare in ("cơ quan ngang bộ", "cơ quan thuộc chính phủ"):
        return not _is_chain(prior)
    if bare == "địa phương":
        return not re.search(r"(?:cơ quan|đơn vị|tổ chức|trung ương)$", prior)
    if low.startswith(("các ngành", "các cấp")):
        return not re.search(r"(?:các cấp|các ngành|cấp ủy)$", prior)
    if (
        low.startswith("tổ chức")
        and re.search(r"(?:cơ quan|đơn vị|hội|đoàn thể)$", prior)
        and not re.match(r"tổ chức (?:chính trị|xã hội|đoàn)", low)
    ):
        return False
    if re.match(r"(?:cá nhân|người dân)\b", low):
        return not re.search(r"(?:tổ chức|đơn vị|cơ quan)$", prior)
    return starts_unit(piece)


_ONE_BODY: tuple[tuple[str, str, bool], ...] = (
    # "Văn phòng HĐND và UBND" is one office, "Báo và Đài Phát thanh - Truyền hình" one house since 2025.
    (r"văn phòng (?:đoàn )?(?:đbqh|đại biểu quốc hội|hđnd|hội đồng nhân dân)$", r"", True),
    (r"(?<!\w)báo$", r"đài\b", True),
    (r"^ban quản lý (?:khu|các khu)", r"các (?:khu|cụm) ", True),
    # "cán bộ, đảng viên", "cán bộ, công chức, viên chức" are one body of people.
    (
        r"(?:cán bộ|công chức|viên chức|đoàn viên|hội viên|đảng viên|giáo viên)$",
        r"(?:đảng viên|công chức|viên chức|hội viên|người lao động|nhân viên|chiến sĩ)\b",
        False,
    ),
    # One person with several offices or fields.
    (r"phụ trách|^(?:đồng chí|đ/c|ông|bà)\s", r"", False),
)
"""What stands before and after a comma or "và" that parts no two bodies; the last says that only "và" counts."""


def _one_body(prior: str, joined: bool, low: str) -> bool:
    return any(
        (joined or not only) and re.search(first, prior) and re.match(second, low)
        for first, second, only in _ONE_BODY
    )


_MODIFIED = re.compile(
    r"\s+(?:(?:có\s+)?liên quan|khác|trực thuộc|thuộc"
    r"|của|trên địa bàn|trung ương|địa phương|theo"
    r"|được|cấp|tỉnh|thành phố|ở|tại|trong|ngoài|liên"
    r"|chức năng|chuyên môn|đóng)\b.*$"
)


def _is_chain(prior: str) -> bool:
    last = re.split(r"\s*,\s*|\s+và\s+", prior)[-1]
    last = re.sub(
        r"^(?:(?:các|toàn thể|một số|lãnh đạo|thủ trưởng"
        r"|tất cả các|những|người đứng đầu)\s+)+",
        "",
        last,
    )
    return last in _CLASS or last in ("đầu tư", "phòng", "quận", "huyện", "địa phương")


def _takes_places(prior: str) -> bool:
    """Whether the name before is of places ("UBND các xã, phường"), so that one more place goes on with it."""
    last = re.split(r"\s*,\s*|\s+và\s+", prior)[-1]
    return bool(re.search(rf"{_PLACES}$", last)) or bool(
        re.search(rf"(?:các|cấp)\s+{_PLACES}$|^{_PLACES}", last)
    )


def in_chain(before: str) -> bool:
    """Whether `before` ends inside a list of classes ("các sở"), so that what follows goes on with it."""
    return (
        re.search(
            r"(?:\W|^)(?:sở|bộ|ban|ngành|cơ quan|đơn vị|xã"
            r"|phường)$",
            fold(before[-20:]),
        )
        is not None
    )
