"""What a page says after something has been done; the address carries only the word, so that nobody can make it up."""

SAID: dict[str, tuple[str, str]] = {
    "kept": (
        "Đã lưu phần này. Chưa lập kế hoạch năm sau; mở lại trang là thấy.",
        "This part is kept. Nothing has been drafted yet; it is here when you come back.",
    ),
    "worded": ("Đã lưu. Từ bây giờ thư đi với lời này.", "Saved. From now on mail goes out in these words."),
    "restored-words": ("Đã dùng lại lời có sẵn của chương trình.", "The program's own words are back."),
    "received": ("Đã xác nhận tiếp nhận nhiệm vụ.", "The task has been confirmed as received."),
    "draft": (
        "Đã lưu nháp. Chưa gửi gì cho nơi giao; mở lại từ liên kết này là thấy.",
        "The draft is kept. Nothing has been sent; it is here when you come back.",
    ),
    "handed-in": (
        "Đã nộp kết quả. Chuyên viên đầu mối sẽ nghiệm thu.",
        "Handed in. The coordinator will review it.",
    ),
    "asked": (
        "Đã gửi đề nghị gia hạn. Thời hạn cũ vẫn giữ cho đến khi có trả lời.",
        "Asked for more time. The old deadline stands until there is an answer.",
    ),
    "disputed": (
        "Đã gửi ý kiến về việc giao. Nhiệm vụ vẫn thuộc đơn vị cho đến khi có trả lời.",
        "Sent. The task stays yours until there is an answer.",
    ),
    "accepted": ("Đã nghiệm thu.", "Accepted."),
    "returned": ("Đã trả lại; đơn vị được báo ngay.", "Returned; the unit is told at once."),
    "granted": ("Đã đồng ý gia hạn.", "More time has been granted."),
    "refused": ("Đã từ chối gia hạn.", "The request has been refused."),
    "answered": ("Đã trả lời đơn vị.", "The unit has its answer."),
    "suspended": ("Đã tạm dừng nhiệm vụ.", "Suspended."),
    "resumed": ("Đã tiếp tục nhiệm vụ.", "Resumed."),
    "cancelled": ("Đã hủy nhiệm vụ.", "Cancelled."),
    "called": ("Đã ghi cuộc gọi.", "The call is logged."),
    "reopened": ("Đã mở lại nhiệm vụ.", "Reopened."),
    "reassigned": ("Đã chuyển giao nhiệm vụ.", "Reassigned."),
    "stopped": (
        "Đã dừng mọi việc gửi. Thông báo vẫn được ghi nhận và chờ.",
        "All sending is stopped. Notices are recorded and wait.",
    ),
    "resumed-sending": ("Việc gửi đã được tiếp tục.", "Sending goes on."),
    "imported": (
        "Đã nhập kế hoạch. Hãy kiểm tra từng nhiệm vụ dưới đây.",
        "The plan is in. Check each task below.",
    ),
    "known": (
        "Văn bản này đã được nhập trước đó; không có gì thay đổi.",
        "This document was there already; nothing changed.",
    ),
    "decided": ("Đã ghi nhận.", "Recorded."),
    "marked": ("Đã thêm nhiệm vụ; hãy kiểm tra đơn vị và thời hạn.", "Added; check its units and deadline."),
    "split": ("Đã tách nhiệm vụ.", "Split."),
    "undone": ("Đã hoàn tác.", "Taken back."),
    "rejected": ("Đã bỏ khỏi danh sách theo dõi.", "Left out of what is followed up."),
    "changed": ("Đã thực hiện thay đổi; những ai cần biết được báo.", "Done; whoever is concerned is told."),
    "amended": (
        "Đã chấp nhận thay đổi; đơn vị liên quan được báo.",
        "Accepted; the units concerned are told.",
    ),
    "rolled-over": (
        "Đã lập kế hoạch năm sau. Hãy kiểm tra, mô phỏng rồi kích hoạt.",
        "Next year's plan is drafted. Check it, simulate it, then arm it.",
    ),
    "closed": ("Đã đóng năm.", "The year is closed."),
    "armed": ("Đã ký danh sách và kích hoạt.", "The list is signed and the year is armed."),
    "disarmed": ("Đã hủy kích hoạt; chưa có thông báo nào được gửi.", "Disarmed; no notice had gone out."),
    "password-set": ("Đã đặt mật khẩu. Hãy đăng nhập.", "The password is set. Sign in."),
    "too-slow": (
        "Bước đăng nhập đã quá 10 phút. Hãy đăng nhập lại.",
        "Signing in took over 10 minutes. Start again.",
    ),
    "session-ended": ("Đã kết thúc phiên đăng nhập đó.", "That sign-in has been ended."),
    "password-changed": (
        "Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc.",
        "The password is changed. Every other sign-in has ended.",
    ),
    "pinged": ("Tin thử sẽ được gửi trong vài phút.", "A test message goes out within minutes."),
    "factor-reset": (
        "Đã gỡ bước xác thực thứ hai; người đó có thể đăng nhập bằng mật khẩu và đặt lại.",
        "The second factor is off; they can sign in with the password and set it up anew.",
    ),
    "signed-out": ("Đã đăng xuất.", "Signed out."),
    "revoked": ("Đã thu hồi; liên kết cũ không mở được nữa.", "Revoked; old links open nothing now."),
    "revoked-key": (
        "Đã thu hồi khóa; chương trình dùng khóa này không vào được nữa.",
        "Revoked; the program that used it is locked out.",
    ),
    "days": (
        "Đã điều chỉnh lịch; thời hạn và thông báo liên quan đã dời theo.",
        "The calendar has changed; deadlines and notices have moved with it.",
    ),
    "ladder": (
        "Đã lưu bậc nhắc; thông báo của các kế hoạch đang chạy theo bậc mới.",
        "The ladder is saved and in force.",
    ),
    "absence": (
        "Đã ghi. Trong những ngày đó thư đi cho người thay.",
        "Kept. On those days mail goes to the deputy.",
    ),
    "absence-ended": ("Đã kết thúc; thư lại gửi như trước.", "Ended; mail goes as before."),
    "removed": ("Đã bỏ.", "Removed."),
    "trusted": ("Từ nay thư lại được gửi đến địa chỉ này.", "Mail goes to this address again."),
    "directory": (
        "Đã đưa danh bạ vào. Dưới đây là những chỗ còn cần sửa.",
        "The directory is in. Below is what still wants mending.",
    ),
    "saved": ("Đã lưu.", "Saved."),
}
"""By the word in the address: the sentence in Vietnamese and in English."""
