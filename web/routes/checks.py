"""The checks of the machine as a page: made when asked for, each with what to do in words."""

from fastapi import APIRouter
from fastapi.responses import Response

from tasks.checkup import OWN, REST, engine, look_at
from web.visit import Administering

router = APIRouter(prefix="/office/checks")

Words = tuple[str, str]
CHECKS: dict[str, tuple[Words, Words, str]] = {
    "disk": (
        ("Chỗ trống trên đĩa", "Room on the disk"),
        ("Dọn bớt hoặc thêm đĩa.", "Make room or add a disk."),
        "",
    ),
    "folder": (
        ("Thư mục dữ liệu", "Folder of the data"),
        ("Được tạo khi có dữ liệu đầu tiên.", "Made with the first data."),
        "",
    ),
    "database": (
        ("Cơ sở dữ liệu và cấu trúc bảng", "Database and its tables"),
        ("Sao lưu rồi chạy: dondoc db upgrade", "Back it up, then: dondoc db upgrade"),
        "",
    ),
    "ledger": (
        ("Nhật ký", "The ledger"),
        ("Kiểm tra toàn bộ chuỗi.", "Verify the whole chain."),
        "/ledger/verify",
    ),
    "prefect": (
        ("Bộ máy chạy lịch (Prefect)", "The engine (Prefect)"),
        (
            "Chạy: dondoc up. Thư đang chờ sẽ đi khi bộ máy chạy lại.",
            "Run: dondoc up. What waits goes out then.",
        ),
        "",
    ),
    "worker": (
        ("Tiến trình làm việc", "The worker"),
        (
            "Chạy: dondoc up. Không có nó thì không thư nào đi.",
            "Run: dondoc up. Without it no mail goes out.",
        ),
        "",
    ),
    "mail": (
        ("Kênh gửi thư", "The mail channel"),
        (
            "Xem lại DONDOC_MAIL_URL và máy chủ thư, rồi gửi thử một thư.",
            "See DONDOC_MAIL_URL and the server, then send a sample.",
        ),
        "/office/letters/reminder",
    ),
    "bounces": (
        ("Hộp thư nhận thư trả lại", "The bounce mailbox"),
        ("Đặt DONDOC_BOUNCE_URL.", "Set DONDOC_BOUNCE_URL."),
        "",
    ),
    "dead addresses": (
        ("Địa chỉ bị trả thư", "Addresses that bounce"),
        ("Sửa trong danh bạ.", "Mend the directory."),
        "/office/faults",
    ),
    "contacts": (
        ("Ai cũng nhận được thư", "Everybody can be told"),
        ("Thêm địa chỉ cho đơn vị.", "Add addresses."),
        "/office/faults",
    ),
    "superiors": (
        ("Cấp trên nhận báo cáo trễ", "Superiors"),
        ("Ghi cấp trên cho đơn vị.", "Name superiors."),
        "/office/faults",
    ),
    "addresses": (
        ("Địa chỉ viết đúng", "Addresses are well formed"),
        ("Sửa trong danh bạ.", "Mend the directory."),
        "/office/faults",
    ),
    "coordinator": (
        ("Người nhận thư buổi sáng", "Readers of the morning line"),
        ("Ghi địa chỉ cho chuyên viên đầu mối.", "Give a coordinator an address."),
        "/people",
    ),
    "sending": (
        ("Công tắc gửi", "The switch"),
        ("Đang dừng gửi; bật lại khi xong việc.", "Sending is stopped; go on when done."),
        "/sending",
    ),
    "outbox": (
        ("Hàng đợi thư", "The outbox"),
        ("Xem thư không gửi được ở trang Buổi sáng.", "See what failed on the page Morning."),
        "/morning",
    ),
    "webhook": (
        ("Báo cho chương trình khác", "Webhooks"),
        ("Xem chương trình nhận có chạy không.", "See whether the receiver runs."),
        "",
    ),
    "provider": (
        ("Đăng nhập qua tài khoản cơ quan", "Office accounts"),
        ("Xem thiết lập OIDC.", "See the OIDC settings."),
        "",
    ),
    "set aside": (
        ("Thư bị gác lại", "Mail set aside"),
        ("Xem thư gây lỗi ở trang Buổi sáng.", "See what broke on the page Morning."),
        "/morning",
    ),
    "letters": (
        ("Lời thư của cơ quan", "The office's wording"),
        (
            "Sửa lời thư; đến khi đó lời có sẵn của chương trình được gửi.",
            "Change the wording; until then the program's own goes out.",
        ),
        "/office/letters",
    ),
    "scanner": (
        ("Quét vi-rút", "The virus scanner"),
        ("Xem dịch vụ quét có chạy không.", "See whether the scanner runs."),
        "",
    ),
}
"""By what was looked at: its name, what to do about it, and the page that helps."""


@router.get("")
def show(visit: Administering) -> Response:
    """The page before anything was looked at."""
    return visit.page("checks.html", found=None, words=CHECKS)


@router.post("")
def look(visit: Administering) -> Response:
    """Look at everything now; the mail server is asked whether it would take a mail."""
    found = sorted(
        look_at(visit.place, [*OWN, engine, *REST]), key=lambda f: ("error", "warning", "ok").index(f.level)
    )
    return visit.page("checks.html", found=found, words=CHECKS)
