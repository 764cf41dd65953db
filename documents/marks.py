"""The numbers, letters and bullets in front of paragraphs (Nghị định 30/2020/NĐ-CP, Phụ lục I, and office custom).

Levels from outer to inner: Phần, Chương, A., I., Mục, Điều, 1., 1.1., 1.1.1., a), (1), i), *, -, +. The decree knows
them up to the letter; stars, dashes and plus signs are custom, and a document may skip any level.
"""

import re
from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How far in a kind of mark usually stands."""

    PART = 0
    CHAPTER = 1
    CAPITAL = 2
    ROMAN = 3
    SECTION = 4
    ARTICLE = 5
    NUMBER = 6
    NUMBER_2 = 7
    NUMBER_3 = 8
    NUMBER_4 = 9
    NAMED = 10
    """ "Nhiệm vụ 1:", "Hoạt động 2.1."."""
    NUMBER_PAREN = 11
    LETTER = 12
    PAREN = 13
    ROMAN_SMALL = 14
    STAR = 15
    DASH = 16
    PLUS = 17
    BULLET = 18


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: `text` as it goes into a section path ("II", "1.2", "a", "-"), `length` with the space behind it."""

    level: Level
    text: str
    length: int


_UP = "A-ZÀ-ỸĐ"
_PATTERNS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (
        Level.PART,
        re.compile(
            r"(?:phần|PHẦN|Phần)\s+((?:thứ\s+|THỨ\s+)?(?:[IVX]+"
            r"|\d+|nhất|hai|ba|tư|năm|NHẤT|HAI|BA|TƯ))\b[\s.:–-]*"
        ),
    ),
    (Level.CHAPTER, re.compile(r"(?:Chương|CHƯƠNG)\s+([IVX]+|\d+)\b[\s.:–-]*")),
    (Level.SECTION, re.compile(r"(?:Mục|MỤC)\s+(\d{1,2}|[IVX]+)\s*[.:]\s*")),
    (Level.ARTICLE, re.compile(r"(?:Điều|ĐIỀU)\s+(\d{1,3})\s*[.:]\s*")),
    (
        Level.NAMED,
        re.compile(
            r"(?:Nhiệm vụ|Hoạt động|Giải pháp|Nội dung|Bước|Đợt|Giai đoạn|Nhóm(?: nhiệm vụ"
            r"| giải pháp)?)\s+(?:số\s+)?(\d{1,2}(?:\.\d{1,2})?)\s*[:.]\s*"
        ),
    ),
    (Level.ROMAN, re.compile(r"([IVX]{1,5})\s*(?:[.):]|/(?=\s)|\s?[–-](?=\s))\s*(?!\d)")),
    (Level.CAPITAL, re.compile(rf"([A-HK])\s*[.)]\s+(?=[{_UP}])")),
    (Level.NUMBER_PAREN, re.compile(r"(\d{1,2})\s*\)\s*")),
    (Level.NUMBER, re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,4})\s*[.):]?(?:\s+|(?=[" + _UP + r"])|$)")),
    (Level.NUMBER, re.compile(r"(\d{1,2})\s*[.:](?:\s+|(?=[" + _UP + r"“\"])|$)")),
    (Level.NUMBER, re.compile(rf"(\d{{1,2}})\s*(?:/|-)\s+(?=[{_UP}])")),
    (Level.PAREN, re.compile(r"\(\s*(\d{1,2}|[a-zđ]|[ivx]{1,4})\s*\)\s*")),
    (Level.ROMAN_SMALL, re.compile(r"(i{2,3}|iv|vi{1,3}|ix)\s*[.)]\s*")),
    (Level.LETTER, re.compile(r"([a-zđ]\d?(?:\.\d{1,2})?)\s*(?:\)|[./](?=\s))\s*")),
    (Level.DASH, re.compile(r"(-)[-\s]*(?=[^\s\d-]|\d|$)")),
    (Level.PLUS, re.compile(r"(\+)\s*(?=\S|$)")),
    (Level.STAR, re.compile(r"(\*)(?!\*)[*\s]*(?=\S|$)")),
    (Level.BULLET, re.compile(r"([•●▪◦■□·§‒ð➢✓→])\s*|(o)\s+(?=[" + _UP + r"])")),
)

_DEEPER = {2: Level.NUMBER_2, 3: Level.NUMBER_3}


def find_mark(text: str) -> Mark | None:
    """The mark at the very start of `text`, or None."""
    text = text.replace("–", "-", 1) if text[:1] == "–" else text
    text = text.replace("—", "-", 1) if text[:1] in "—−" else text
    for level, pattern in _PATTERNS:
        if match := pattern.match(text):
            name = next(g for g in match.groups() if g)
            if level is Level.NUMBER:
                depth = name.count(".") + 1
                if depth > 1 and any(p.startswith("0") for p in name.split(".")[1:]):
                    return None
                level = level if depth == 1 else _DEEPER.get(depth, Level.NUMBER_4)
            return Mark(level, name, match.end())
    return None


def is_list(level: Level) -> bool:
    """Whether marks of this level make list items (dash, plus, star, bullet) that carry no number."""
    return level >= Level.STAR
