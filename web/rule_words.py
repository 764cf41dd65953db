"""Why something was taken for a task, in words: the reader's rules as people understand them."""

from web.pages import Phrases

_RULES: dict[str, tuple[str, str]] = {
    "list item in a section of tasks": (
        "mục liệt kê trong phần nhiệm vụ", "an item of a list in a section of tasks"
    ),
    "paragraph under a heading in a section of tasks": (
        "đoạn văn dưới tiêu đề trong phần nhiệm vụ", "a paragraph under a heading in a section of tasks"
    ),
    "table-like labels in a section of tasks": (
        "có các nhãn như “Đơn vị chủ trì”, “Thời gian hoàn thành” đi kèm", "labels of unit, time or result follow it"
    ),
    "row of a task table": ("một hàng của bảng nhiệm vụ", "a row of a table of tasks"),
    "structured file": ("tệp có cấu trúc ghi như vậy", "a structured file says so"),
    "rolled over": ("chuyển từ năm trước", "rolled over from the year before"),
    "marked by hand": ("chuyên viên đánh dấu trong văn bản", "marked in the text by a person"),
}  # fmt: skip
_BEGINNINGS: dict[str, tuple[str, str]] = {
    "merged: ": ("gộp từ ", "merged from "),
    "split from ": ("tách từ ", "split from "),
    "added: ": ("bổ sung: ", "added: "),
}


def rule_in_words(rule: str, f: Phrases) -> str:
    """The rule in the reader's language; one without words of its own stays as it is."""
    if rule in _RULES:
        return f.t(*_RULES[rule])
    for beginning, words in _BEGINNINGS.items():
        if rule.startswith(beginning):
            return f.t(*words) + rule.removeprefix(beginning)
    return rule or f.t("không rõ", "unknown")
