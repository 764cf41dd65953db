"""Why a notice did not go out: the reasons that the record keeps in English, in the reader's language."""

import re

from web.pages import Phrases

_ENDS = {
    "submitted": "đã nộp kết quả",
    "completed": "đã hoàn thành",
    "extended": "đã gia hạn",
    "extended to": "đã gia hạn đến",
    "cancelled": "đã hủy",
    "suspended": "đã tạm dừng",
    "reassigned": "đã chuyển giao",
    "superseded": "đã có văn bản mới thay",
}
_END = re.compile(rf"({'|'.join(_ENDS)})(?: (\d{{4}})-(\d\d)-(\d\d))?")
_REASONS = (
    (r"before arming", "trước khi kích hoạt"),
    (r"before this deadline was set", "trước khi có thời hạn này"),
    (r"outage, replaced by (.+)", r"hệ thống gián đoạn, đã có \1 thay"),
    (r"still waiting, replaced by (.+)", r"chưa kịp gửi, đã có \1 thay"),
    (r"submitted by then", "lúc đó đã nộp kết quả"),
    (r"suspended by then", "lúc đó đang tạm dừng"),
    (r"completed by then", "lúc đó đã hoàn thành"),
    (r"(?:cancelled|replaced) by then", "lúc đó không còn giao nữa"),
    (r"the deadline has moved", "thời hạn đã đổi"),
    (r"dated by event (.+)", r"có ngày mới theo sự kiện \1"),
    (r"no escalation: (\d+) of (\d+) notices delivered", r"chưa báo cấp trên: mới gửi được \1/\2 lần nhắc"),
    (r"no escalation before, replaced by (.+)", r"trước đó chưa đủ lần nhắc, đã có \1 thay"),
    (r"nobody answered the telephone", "gọi điện không có người nghe"),
    (r"the address is dead", "địa chỉ bị trả thư, đã chuyển người nhận khác"),
    (r"came back: ?(.*)", r"thư bị trả về: \1"),
    (r"set aside: its sender was lost (\d+) times", r"đã gác lại: làm dừng chương trình gửi \1 lần"),
    (r"set aside: sending it broke \((.+)\) (\d+) times", r"đã gác lại: gửi hỏng \2 lần (\1)"),
    (r"nobody can receive it", "không có người nhận"),
    (r"dropped while sending was stopped", "bỏ khi đang dừng gửi"),
    (r"nothing is owed any more", "không còn gì phải báo"),
    (r"calendar changed by (.+)", r"lịch làm việc đổi theo \1"),
    (r"ladder (.+) changed", r"bậc nhắc \1 đã đổi"),
    (r"(?:changed|added|dropped|reworded) by version (\d+): (.+)", r"bản thứ \1 của văn bản thay: \2"),
)
_PREFIXES = {"planned anew: ": "tính lại: ", "told before; ": "đã báo trước đó; "}


def reason(text: str, f: Phrases) -> str:
    """Why a notice did not go out, in the reader's language; what has no words of its own stays as it is."""
    return text if f.lang == "en" else _vietnamese(text)


def _vietnamese(text: str) -> str:
    for prefix, words in _PREFIXES.items():
        if text.startswith(prefix):
            return words + _vietnamese(text.removeprefix(prefix))
    if end := _END.fullmatch(text):
        what, year, month, day = end.groups()
        join = " " if what.endswith(" to") else " ngày "
        return _ENDS[what] + (f"{join}{day}/{month}/{year}" if day else "")
    known = ((re.fullmatch(pattern, text), words) for pattern, words in _REASONS)
    return next((found.expand(words) for found, words in known if found), text)
