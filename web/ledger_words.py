"""The ledger's own words for people: what was done, how sure it is who did it, where a chain does not hold."""

import re

from web.pages import Phrases

ACTIONS: dict[str, str] = {
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


def action(name: str, f: Phrases) -> str:
    """What was done, in Vietnamese; the ledger's own word stands beside it."""
    return ACTIONS.get(name, "") if f.lang == "vi" else ""


def assurance(name: str, f: Phrases) -> str:
    """How sure it is who acted."""
    return ASSURANCES.get(name, name) if f.lang == "vi" else name


def broken(what: str, f: Phrases) -> str:
    """Where a chain does not hold, in the reader's language."""
    if f.lang == "en":
        return what
    return next((re.sub(pattern, words, what) for pattern, words in _BROKEN if re.match(pattern, what)), what)
