"""Coverage-guided search for a text on which the stages behind the readers fail, with Atheris.

    python -m tests.fuzz_text [-max_total_time=300] [CORPUS …]

Needs the dependency group `fuzz` (`pip install --group fuzz`), which is no part of the development set: it has wheels
for few versions of Python. Arguments are libFuzzer's; 10 s and 512 MiB are the limits of one input unless they say
otherwise. A text is made of the words and marks that offices use, and of whatever else the fuzzer thinks of. Beside
not failing, each item must stand in its text at the place that it gives.
"""

# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false

import sys

import atheris

with atheris.instrument_imports(include=["documents", "plan"]):
    from documents.draft import as_json
    from documents.read import read_plan
    from documents.source import Source, lines_of
    from documents.words import squeeze

# fmt: off
PIECES = (
    "\n", "\n\n", "|\n", "|", "\t", " - ", "- ", "+ ", "* ", "a) ", "1. ", "1.1. ", "I. ", "II. ", "Điều 1. ", "(1) ",
    "Phần I", "PHỤ LỤC", "KẾ HOẠCH\n", "QUYẾT ĐỊNH:\n", "Nơi nhận:\n", "NHIỆM VỤ", "TỔ CHỨC THỰC HIỆN", "MỤC ĐÍCH",
    "KINH PHÍ", "Số: 5/KH-UBND\n", "A, ngày 05 tháng 4 năm 2025\n", "Sở Nội vụ ", "Các Sở: Tài chính, Y tế", "UBND xã ",
    "các sở, ban, ngành", "đồng chí ", " và ", ", ", "; ", ": ", ".", "(", ")", "Giao ", "Đề nghị ", " chủ trì",
    ", phối hợp với ", " tổ chức ", " phụ trách ", " xây dựng ", "Nội dung: ", "Đơn vị chủ trì: ", "Phối hợp: ",
    "Thời gian: ", "Kết quả: ", "trước ngày 15/11/2025", "chậm nhất ", "ngày 30/02", "tháng 12", "quý IV/2025 ",
    "năm 2026 - 2030", "hằng quý ", "định kỳ 6 tháng", "thường xuyên", "trong 10 ngày kể từ ", "24 giờ ", "TT\n|\n",
    "Cơ quan chủ trì", "Thời gian hoàn thành", "2026", "99", "…", "\u0300", "\u00a0", "\f",
)
# fmt: on


def text_of(data: bytes) -> str:
    """Bytes as a text: most of them choose a piece, those above take a few characters as they come."""
    source = atheris.FuzzedDataProvider(data)
    parts: list[str] = []
    while source.remaining_bytes() and len(parts) < 3000:
        choice = source.ConsumeIntInRange(0, len(PIECES) + 8)
        parts.append(PIECES[choice] if choice < len(PIECES) else source.ConsumeUnicodeNoSurrogates(6))
    return "".join(parts)


def one_input(data: bytes) -> None:
    """Read one text through all stages."""
    text = text_of(data)
    draft = read_plan(Source(text, lines_of(text), "", "fuzz.txt", "txt"))
    as_json(draft)
    for item in draft.items:
        if squeeze(text[item.start : item.end]) != item.text:
            raise AssertionError(f"{item.code}: {item.text!r} is not at {item.start}:{item.end}")


if __name__ == "__main__":
    limits = ["-timeout=10", "-rss_limit_mb=512", "-max_len=4096", "-len_control=0"]
    given = {a.split("=")[0] for a in sys.argv[1:]}
    atheris.Setup(
        [sys.argv[0], *[a for a in limits if a.split("=")[0] not in given], *sys.argv[1:]], one_input
    )
    atheris.Fuzz()
