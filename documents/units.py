"""Names in a text matched to the directory of units, with a degree of certainty and never a silent guess."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from documents.words import fold, squeeze


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """One unit, or group of units, of the directory: its name and every other name that stands for it.

    `old_names` are names from before a merger; a match on them is certain only if no other unit carries them.
    """

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    old_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that a name may mean; `certainty` is 0..1, `why` says how it was found."""

    entry: UnitEntry
    certainty: float
    why: str


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """What a name may mean, the likeliest first; `sure` only where one unit is beyond doubt."""

    name: str
    candidates: tuple[Candidate, ...]
    sure: bool

    @property
    def best(self) -> UnitEntry | None:
        """The unit, where it is sure."""
        return self.candidates[0].entry if self.sure else None


_SHORT = {
    "ubnd": "ủy ban nhân dân",
    "hđnd": "hội đồng nhân dân",
    "ubmttq": "ủy ban mặt trận tổ quốc",
    "mttq": "mặt trận tổ quốc",
    "ub": "ủy ban",
    "tt&tt": "thông tin và truyền thông",
    "tttt": "thông tin và truyền thông",
    "kh&cn": "khoa học và công nghệ",
    "khcn": "khoa học và công nghệ",
    "nn&mt": "nông nghiệp và môi trường",
    "nnmt": "nông nghiệp và môi trường",
    "nn&ptnt": "nông nghiệp và phát triển nông thôn",
    "tn&mt": "tài nguyên và môi trường",
    "tnmt": "tài nguyên và môi trường",
    "gd&đt": "giáo dục và đào tạo",
    "gdđt": "giáo dục và đào tạo",
    "gd-đt": "giáo dục và đào tạo",
    "kh&đt": "kế hoạch và đầu tư",
    "khđt": "kế hoạch và đầu tư",
    "lđ-tb&xh": "lao động thương binh và xã hội",
    "lđtbxh": "lao động thương binh và xã hội",
    "lđtb&xh": "lao động thương binh và xã hội",
    "vhtt&dl": "văn hóa thể thao và du lịch",
    "vhttdl": "văn hóa thể thao và du lịch",
    "vh,tt&dl": "văn hóa thể thao và du lịch",
    "gtvt": "giao thông vận tải",
    "dt&tg": "dân tộc và tôn giáo",
    "bch": "ban chỉ huy",
    "bcđ": "ban chỉ đạo",
    "chqs": "chỉ huy quân sự",
    "bchqs": "ban chỉ huy quân sự",
    "bđbp": "bộ đội biên phòng",
    "btv": "ban thường vụ",
    "btt": "ban thường trực",
    "bql": "ban quản lý",
    "qlda": "quản lý dự án",
    "ca": "công an",
    "vp": "văn phòng",
    "ttcp": "thanh tra chính phủ",
    "bhxh": "bảo hiểm xã hội",
    "lđlđ": "liên đoàn lao động",
    "lhpn": "liên hiệp phụ nữ",
    "hlhpn": "hội liên hiệp phụ nữ",
    "tncs": "thanh niên cộng sản",
    "ccb": "cựu chiến binh",
    "hnd": "hội nông dân",
    "tand": "tòa án nhân dân",
    "vksnd": "viện kiểm sát nhân dân",
    "kbnn": "kho bạc nhà nước",
    "nhnn": "ngân hàng nhà nước",
    "ptth": "phát thanh và truyền hình",
    "pctt": "phòng chống thiên tai",
    "ptds": "phòng thủ dân sự",
    "tkcn": "tìm kiếm cứu nạn",
    "kt": "kinh tế",
    "xd": "xây dựng",
    "tp": "thành phố",
    "vn": "việt nam",
    "tw": "trung ương",
    "hkhkt": "hội khoa học kỹ thuật",
    "thpt": "trung học phổ thông",
    "thcs": "trung học cơ sở",
    "pt": "phát thanh",
    "th": "truyền hình",
}
# Sở and bộ that were merged in 2025 (Nghị quyết 18-NQ/TW, Nghị định 150/2025/NĐ-CP): the name of today is suggested.
_MERGED = {
    "thông tin và truyền thông": "khoa học và công nghệ",
    "kế hoạch và đầu tư": "tài chính",
    "nông nghiệp và phát triển nông thôn": "nông nghiệp và môi trường",
    "tài nguyên và môi trường": "nông nghiệp và môi trường",
    "giao thông vận tải": "xây dựng",
    "lao động thương binh và xã hội": "nội vụ",
}
_PLACE = re.compile(r"\s+(?:tỉnh|thành phố|xã|phường|đặc khu|huyện|quận|thị xã)(?:\s+(?!cấp).*)?$")
_LEVEL = re.compile(r"\s(?:tỉnh|thành phố|xã|phường|đặc khu|huyện|quận)$")
_SURE, _APART = 0.93, 0.05


@lru_cache(maxsize=20_000)
def bare_name(name: str) -> str:
    """A name as it is compared: folded, abbreviations spelled out, without punctuation and "các"."""
    text = fold(squeeze(name))
    words = [_SHORT.get(w.strip(".,;:()"), w) for w in text.replace(" & ", "&").split()]
    text = re.sub(r"[^\w\s&]", " ", " ".join(words)).replace("&", " và ")
    text = re.sub(r"^(?:(?:các|giao|đề nghị|lãnh đạo|toàn thể)\s+)+", "", squeeze(text))
    return squeeze(text)


@lru_cache(maxsize=20_000)
def _placeless(bare: str) -> str:
    return _PLACE.sub("", bare)


def match_unit(name: str, directory: Iterable[UnitEntry], *, most: int = 5) -> UnitMatch:
    """The units that `name` may mean; at most `most`, those below 0.6 left out.

    Sure where name, alias or abbreviation are the same after folding, or where one unit is very like it and no other
    comes near. An empty name or directory gives no candidates.
    """
    bare = bare_name(name)
    if not bare:
        return UnitMatch(name, (), False)
    found = [c for c in (_candidate(bare, e) for e in directory) if c.certainty >= 0.6]
    found.sort(key=lambda c: (-c.certainty, c.entry.name))
    return UnitMatch(name, tuple(found[:most]), _is_sure(found))


def _is_sure(found: Sequence[Candidate]) -> bool:
    if not found or found[0].certainty < _SURE:
        return False
    return len(found) == 1 or found[0].certainty - found[1].certainty >= (
        0.01 if found[0].certainty == 1 else _APART
    )


def _candidate(bare: str, entry: UnitEntry) -> Candidate:
    tries = [_compared(bare, bare_name(n), 1.0, "name") for n in (entry.name, *entry.aliases)]
    tries += [_compared(bare, bare_name(n), 1.0, "abbreviation") for n in entry.abbreviations]
    tries += [_compared(bare, bare_name(n), 0.96, "old name") for n in entry.old_names]
    tries.append(_by_merger(bare, bare_name(entry.name)))
    certainty, why = max(tries)
    return Candidate(entry, round(certainty, 3), why)


def _compared(one: str, other: str, exact: float, why: str) -> tuple[float, str]:
    if one == other:
        return exact, why
    if _placeless(one) == _placeless(other) and (one == _placeless(one) or other == _placeless(other)):
        # There is one Sở of a kind in a province, but "Công an" or "Văn phòng" stand on every level.
        return (exact - 0.03 if one.startswith("sở ") else 0.85), f"{why} without its place"
    if (
        _LEVEL.search(one)
        and other.startswith(one + " ")
        or _LEVEL.search(other)
        and one.startswith(other + " ")
    ):
        return exact - 0.03, f"{why} without its place"
    if one.split(" ", 1)[0] != other.split(" ", 1)[0]:
        return fuzz.ratio(one, other) / 100 * 0.8, "similar"
    likeness = max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other)) / 100
    # "Sở Y tế" and "Sở Nội vụ" look alike to a ruler; only the words behind the first tell them apart.
    tails = fuzz.ratio(_placeless(one).partition(" ")[2], _placeless(other).partition(" ")[2]) / 100
    return min(likeness, tails) * 0.97 * exact, "similar"


def _by_merger(bare: str, entry: str) -> tuple[float, str]:
    head, _, field = _placeless(bare).partition(" ")
    if head in ("sở", "bộ") and (now := _MERGED.get(field)) and _placeless(entry) == f"{head} {now}":
        return 0.85, "merged in 2025"
    return 0.0, ""
