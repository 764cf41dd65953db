"""The ledger's own words for people: what was done, about what, how sure it is who did it, where a chain is broken."""

import json
import re
from typing import Any, cast

from models.ledger import Ledger
from web.pages import Phrases

ACTIONS: dict[str, str] = {
    "assignment.accept": "nghiệm thu",
    "assignment.return": "trả lại để bổ sung",
    "assignment.submit": "nộp kết quả",
    "item.added": "bổ sung nhiệm vụ",
    "item.amended": "sửa nhiệm vụ theo văn bản mới",
    "item.draft": "đưa nhiệm vụ về chờ quyết định",
    "item.event": "ghi ngày của sự kiện",
    "item.marked": "đánh dấu câu bị sót thành nhiệm vụ",
    "item.merged": "gộp nhiệm vụ",
    "item.reconsidered": "quyết định lại nhiệm vụ",
    "item.split": "tách nhiệm vụ",
    "item.undone": "hoàn tác bước vừa làm",
    "person.role": "đổi vai trò",
    "provider.linked": "nối với tài khoản cơ quan",
    "second-factor.recovered": "đăng nhập bằng mã dự phòng",
    "second-factor.recovery-codes": "tạo mã dự phòng",
    "second-factor.reset": "bỏ bước xác thực thứ hai hộ người khác",
    "second-factor.set": "bật bước xác thực thứ hai",
    "second-factor.taken-off": "tắt bước xác thực thứ hai",
    "upload.infected": "tệp bị chặn vì có mã độc",
    "upload.unscanned": "tệp chưa quét được mã độc",
    "webhook.disabled": "ngắt webhook vì lỗi liên tiếp",
    "webhook.made": "tạo webhook",
    "webhook.off": "tắt webhook",
    "webhook.on": "bật webhook",
    "webhook.rotated": "đổi khóa webhook",
    "absence.ended": "kết thúc vắng mặt",
    "absence.made": "ghi vắng mặt, người thay",
    "access.refused": "bị từ chối truy cập",
    "address.bounced": "thư bị trả lại",
    "address.trusted-again": "tin lại địa chỉ",
    "assignment.cancel": "hủy việc giao",
    "assignment.dropped": "bỏ việc giao nháp",
    "assignment.made": "giao lại cho đơn vị khác",
    "assignment.nudged": "nhắc thêm",
    "assignment.receive": "tiếp nhận",
    "assignment.redated": "dời thời hạn",
    "assignment.reopen": "mở lại",
    "assignment.replace": "thay việc giao",
    "assignment.resume": "tiếp tục",
    "assignment.suspend": "tạm dừng",
    "calendar.changed": "đổi lịch làm việc",
    "calendar.restored": "bỏ điều chỉnh lịch",
    "cycle.amended": "sửa đổi kế hoạch năm",
    "cycle.armed": "ký và kích hoạt năm",
    "cycle.closed": "khép năm",
    "cycle.disarmed": "hủy kích hoạt",
    "cycle.opened": "mở năm",
    "cycle.rolled-over": "chuyển sang năm sau",
    "delivery.accepted": "thư đã gửi",
    "delivery.bounced": "thư bị trả lại",
    "delivery.failed": "thư không gửi được",
    "delivery.perhaps-twice": "thư có thể đã đi hai lần",
    "delivery.retrying": "thư sẽ gửi lại",
    "delivery.set-aside": "thư bị gác lại",
    "delivery.void": "thư không còn phải gửi",
    "digests.missed": "lỡ thư tổng hợp",
    "directory.applied": "đưa danh bạ vào",
    "dispute.answered": "trả lời ý kiến việc giao",
    "dispute.raised": "ý kiến không phải việc của đơn vị",
    "engine.run": "lượt chạy của bộ máy",
    "evidence.accepted": "nghiệm thu",
    "evidence.returned": "trả lại để bổ sung",
    "evidence.submitted": "nộp kết quả",
    "extension.granted": "đồng ý gia hạn",
    "extension.refused": "từ chối gia hạn",
    "extension.requested": "xin gia hạn",
    "extension.void": "đề nghị gia hạn hết hiệu lực",
    "group.settled": "lưu khối đơn vị",
    "item.accepted": "nhận nhiệm vụ",
    "item.assigned": "giao nhiệm vụ",
    "item.rejected": "bỏ nhiệm vụ",
    "key.made": "tạo khóa",
    "key.revoked": "thu hồi khóa",
    "secrets.resealed": "niêm lại bí mật bằng khóa ký hiện nay",
    "ladder.chosen": "chọn bậc nhắc",
    "ladder.loaded": "lưu bậc nhắc",
    "ladder.removed": "bỏ bậc nhắc",
    "letter.restored": "dùng lại lời thư có sẵn",
    "letter.tried": "gửi thử mẫu thư",
    "letter.unfit": "lời thư của cơ quan không dùng được",
    "letter.worded": "sửa lời thư",
    "link.asked": "xin liên kết mới",
    "links.revoked": "thu hồi liên kết đã gửi",
    "notice.called": "nhắc qua điện thoại",
    "notices.decided": "định thông báo phải gửi",
    "notices.void": "thông báo không còn phải gửi",
    "password.changed": "đổi mật khẩu",
    "password.set": "đặt mật khẩu",
    "person.added": "thêm người dùng",
    "person.let-in": "mở lại tài khoản",
    "person.shut-out": "khóa tài khoản",
    "person.limited": "giới hạn quyền",
    "plan.imported": "nhập kế hoạch",
    "sending.resumed": "tiếp tục gửi",
    "sending.stopped": "dừng mọi việc gửi",
    "sign-in.accepted": "đăng nhập",
    "sign-in.ended": "đăng xuất",
    "sign-in.refused": "đăng nhập bị từ chối",
    "unit.ended": "ngừng đơn vị",
    "unit.let-in": "cho đơn vị tham gia lại",
    "unit.settled": "lưu đơn vị",
}
ENGINE = "engine.run"
"""What the engine itself did: most rows of most days, and rarely what somebody looks for."""
SUBJECTS: dict[str, str] = {
    "absence": "vắng mặt", "assignment": "việc giao", "contact": "nơi nhận", "cycle": "năm chạy", "day": "ngày",
    "digest": "thư tổng hợp", "dispute": "ý kiến", "extension": "đề nghị gia hạn", "group": "khối", "item": "nhiệm vụ",
    "key": "khóa", "ladder": "bậc nhắc", "morning": "thư buổi sáng", "notice": "thông báo", "paper": "tệp",
    "person": "người dùng", "plan": "kế hoạch", "run": "lượt chạy", "submission": "lần nộp", "unit": "đơn vị",
    "webhook": "webhook",
}  # fmt: skip
"""The kinds of things that rows are about, by the part of the subject before the colon."""
KEYS: dict[str, str] = {
    "answer": "trả lời", "assignment": "việc giao", "assignments": "việc giao", "called": "kết cục",
    "called_at": "gọi lúc", "changed_at": "đổi lúc", "code": "mã", "day": "ngày", "deadlines": "thời hạn",
    "decided_on": "ngày quyết định", "decision": "văn bản", "decision_on": "ngày văn bản", "deputy": "người thay",
    "digests": "thư tổng hợp", "dropped": "đã bỏ", "end": "đến chỗ", "ended": "kết thúc", "events": "sự kiện",
    "fate": "thay đổi", "fields": "phần đổi", "first": "từ ngày", "flow": "luồng", "generation": "lượt",
    "how": "cách", "in_time": "đúng hạn", "in_time_first": "đúng hạn ban đầu",
    "issuer": "cơ quan", "item": "nhiệm vụ", "items": "nhiệm vụ", "key": "khóa", "kind": "loại",
    "last": "đến ngày", "lease": "giữ đến", "letter": "mẫu thư", "losses": "lần mất", "message": "nội dung",
    "moved": "đã dời", "name": "tên", "new": "mới", "notices": "thông báo", "number": "số", "old": "cũ",
    "paper_on": "ngày trên giấy", "papers": "tệp", "person": "người dùng", "plan": "kế hoạch", "plans": "kế hoạch",
    "purpose": "để", "reached": "gặp được", "reason": "lý do", "replaces": "thay cho", "role": "vai trò",
    "rung": "bậc", "scopes": "phạm vi", "sha256": "SHA-256", "simulation": "mô phỏng", "size": "cỡ",
    "start": "từ chỗ", "state": "trạng thái", "status": "trả lời", "to": "đến", "tries": "lần gửi",
    "undated": "không thời hạn", "unit": "đơn vị", "units": "đơn vị", "value": "giá trị", "version": "lần đặt hạn",
    "was": "trước đó", "where": "nơi", "who": "ai", "why": "vì sao", "words": "lời", "year": "năm",
}  # fmt: skip
"""What the parts of a row's content are called; what has no word here stands under its own name."""
_SHOWN = 160
"""How much of one part of a row's content its page shows; files have it whole."""
ASSURANCES: dict[str, str] = {
    "signed-in": "đã đăng nhập",
    "shared-link": "liên kết hộp thư chung",
    "personal-link": "liên kết riêng",
    "command-line": "lệnh trên máy",
    "system": "hệ thống",
    "api-key": "khóa API",
    "one-time-key": "liên kết đặt mật khẩu",
    "none": "chưa rõ ai",
    "oidc": "tài khoản cơ quan",
    "provider": "tài khoản cơ quan",
    "mailed-link": "liên kết trong thư",
    "demo": "diễn tập",
    "operator": "người vận hành máy",
}

_BROKEN = (
    (r"^row (\d+) is missing$", r"thiếu dòng \1"),
    (r"^the row before has been changed or exchanged$", "dòng trước đã bị sửa hoặc đổi chỗ"),
    (r"^the row has been changed$", "dòng này đã bị sửa"),
    (
        r"^the ledger ends here, its own head says (\d+):.*$",
        r"nhật ký kết thúc ở đây, đầu chuỗi ghi \1: đã bị cắt hoặc thêm",
    ),
    (
        r"^rows have been cut off: the ledger ends at row (\d+)$",
        r"phần cuối đã bị cắt: nhật ký kết thúc ở dòng \1",
    ),
    (r"^the row is not the one that was reported: .*$", "dòng này không phải dòng đã báo"),
)


def action(row: Ledger, f: Phrases) -> str:
    """What was done, in Vietnamese, and whether it was in time; the ledger's own word stands beside it."""
    if f.lang == "en":
        return ""
    kept = json.loads(row.data).get("in_time")
    return ACTIONS.get(row.action, "") + (
        "" if kept is None else f", hoàn thành {'đúng' if kept else 'trễ'} hạn"
    )


def assurance(name: str, f: Phrases) -> str:
    """How sure it is who acted."""
    return ASSURANCES.get(name, name) if f.lang == "vi" else name


def broken(what: str, f: Phrases) -> str:
    """Where a chain does not hold, in the reader's language."""
    if f.lang == "en":
        return what
    return next((re.sub(pattern, words, what) for pattern, words in _BROKEN if re.match(pattern, what)), what)


def about(subject: str, f: Phrases) -> str:
    """What a row is about, in words: "việc giao 7"; of long names the beginning."""
    kind, _, number = subject.partition(":")
    short = number if len(number) <= 12 else f"{number[:8]}…"
    return f"{SUBJECTS.get(kind, kind)} {short}".strip() if f.lang == "vi" else f"{kind} {short}".strip()


def content(data: str, f: Phrases) -> list[tuple[str, str]]:
    """A row's content as names and values for people; empty ones are left out, long ones cut."""
    parts: dict[str, Any] = json.loads(data)
    return [
        (KEYS.get(key, key) if f.lang == "vi" else key, _value(value, f))
        for key, value in parts.items()
        if value not in (None, "", [], {})
    ]


def _value(value: Any, f: Phrases) -> str:
    if isinstance(value, bool):
        return f.t("có", "yes") if value else f.t("không", "no")
    if isinstance(value, list) and all(isinstance(part, str | int) for part in cast("list[Any]", value)):
        text = ", ".join(map(str, cast("list[Any]", value)))
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
