"""Faults of the directory in words: what is wrong, and what to do about it."""

from models.lint import Fault

FAULTS: dict[Fault, tuple[tuple[str, str], tuple[str, str]]] = {
    Fault.UNREACHABLE: (
        ("Đang có việc nhưng không ai nhận được thư", "Has work, and nobody can receive its mail"),
        (
            "Thêm hộp thư chung hoặc chuyên viên cho đơn vị. Việc giao vẫn chạy, nhưng đơn vị chưa hề được báo.",
            "Add a shared mailbox or an officer. Its tasks run, but the unit has not been told.",
        ),
    ),
    Fault.BOUNCED: (
        ("Thư gửi đến bị trả lại", "Mail comes back"),
        (
            "Hỏi lại địa chỉ đúng rồi sửa; nếu hộp thư đã hoạt động lại, bấm “Gửi lại đến địa chỉ này”.",
            "Ask for the right address and correct it; if the mailbox works again, press “Send to it again”.",
        ),
    ),
    Fault.PARENT_CIRCLE: (
        ("Cấp trên lẫn nhau thành vòng", "Above one another in a circle"),
        ("Chọn lại đơn vị cấp trên cho một trong các đơn vị.", "Choose another unit above for one of them."),
    ),
    Fault.DEPUTY_CIRCLE: (
        ("Thay thế lẫn nhau trong cùng thời gian", "Stand in for one another on the same days"),
        ("Kết thúc một lượt vắng mặt, chọn người thay khác.", "End one absence and choose another deputy."),
    ),
    Fault.DEPUTY_LOST: (
        ("Vắng mặt, nhưng người thay không còn địa chỉ nhận thư", "Away, and the deputy has no address left"),
        (
            "Kết thúc lượt vắng mặt này rồi chọn người thay khác; đến khi đó thư vẫn gửi cho người vắng.",
            "End the absence and choose another deputy; until then mail goes to whoever is away.",
        ),
    ),
    Fault.NO_COORDINATOR: (
        ("Không chuyên viên đầu mối nào có địa chỉ thư", "No coordinator has an address"),
        (
            "Ghi địa chỉ thư cho ít nhất một chuyên viên đầu mối; nếu không, không ai nhận thư buổi sáng.",
            "Give at least one coordinator an address; otherwise nobody gets the morning mail.",
        ),
    ),
    Fault.NO_UNIT: (
        ("Vai trò đơn vị nhưng chưa gắn với đơn vị nào", "Has the role unit, and belongs to none"),
        ("Chọn đơn vị cho người này; hiện họ không thấy gì.", "Choose this person's unit; now they see nothing."),
    ),
    Fault.SAME_ADDRESS: (
        ("Một địa chỉ nhận thư cho nhiều đơn vị", "One address receives for several units"),
        (
            "Nếu đúng là dùng chung thì để nguyên. Nếu không: người nhận thấy và trả lời được việc của đơn vị khác.",
            "Leave it if it is shared on purpose. If not, its reader sees and answers another unit's tasks.",
        ),
    ),
    Fault.SAME_NAME: (
        ("Một tên gọi dùng cho nhiều đơn vị", "One name means several units"),
        (
            "Bỏ tên này ở bớt đơn vị, để khi đọc văn bản không giao nhầm.",
            "Take the name away from all but one, so that no plan is read wrongly.",
        ),
    ),
    Fault.OWN_SUPERIOR: (
        ("Báo cáo trễ hạn gửi về chính đơn vị", "Lateness is reported to the unit itself"),
        ("Ghi địa chỉ của người lãnh đạo phụ trách.", "Give the address of whoever the unit answers to."),
    ),
    Fault.PARENT_INACTIVE: (
        ("Đơn vị cấp trên đã ngừng", "The unit above has ended"),
        ("Chọn đơn vị cấp trên khác, hoặc ghi người nhận báo cáo trễ hạn.", "Choose another unit above."),
    ),
    Fault.MUTE: (
        ("Chưa ai nhận được thư", "Nobody can receive its mail yet"),
        ("Thêm địa chỉ trước khi giao việc cho đơn vị.", "Add an address before work is given to it."),
    ),
    Fault.NO_SUPERIOR: (
        ("Chưa có cấp trên để báo cáo khi trễ hạn", "No superior to report lateness to"),
        (
            "Ghi một liên hệ là “cấp trên nhận báo cáo trễ”, hoặc chọn đơn vị cấp trên có hộp thư.",
            "Add a contact with the role superior, or choose a unit above that has a mailbox.",
        ),
    ),
    Fault.EMPTY_GROUP: (
        ("Khối không có đơn vị nào", "A group without units"),
        ("Giao cho khối này thì không ai nhận việc; thêm đơn vị vào khối.", "Work given to it reaches nobody."),
    ),
    Fault.IDLE: (
        ("Chưa được giao việc nào trong các kế hoạch đang chạy", "Nothing is given to it by running plans"),
        ("Thường là đúng. Xem lại nếu văn bản có giao cho đơn vị.", "Usually right. Look again if a plan names it."),
    ),
}  # fmt: skip
"""By the kind of fault: what is wrong and what to do, each in Vietnamese and English."""
