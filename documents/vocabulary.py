"""The words by which offices write: what begins a duty, what ends a name, what begins a name, what heads a section.

Found in public plans of many offices; a word is added when offices use it so, never because one text does. The lists
are patterns of `re`, one word or phrase between two bars, in folded (lower-case) spelling unless it says otherwise.
"""


def words(table: str) -> str:
    """A table of words between bars as one alternative of a pattern."""
    return "|".join(word for part in table.split("|") if (word := " ".join(part.split())))


ACTIONS = words("""
xây dựng | ban hành | tổ chức | triển khai | thực hiện | tham mưu | phối hợp | chủ trì | chủ động | rà soát
| kiểm tra | đôn đốc | theo dõi | hướng dẫn | báo cáo | tổng hợp | tăng cường | đẩy mạnh | nâng cao |
tiếp tục | chú trọng | tập trung | đề xuất | nghiên cứu | hoàn thiện | bố trí | phân công | cung cấp |
cập nhật | đào tạo | bồi dưỡng | tuyên truyền | phổ biến | vận động | quán triệt | kiện toàn | thành lập |
giám sát | đánh giá | thẩm định | trình | gửi | hoàn thành | ưu tiên | thường xuyên | kịp thời | nghiêm túc
| tích cực | quan tâm | định kỳ | hằng năm | căn cứ | trên cơ sở | là cơ quan | là đơn vị | là đầu mối |
là cầu nối | làm đầu mối | giúp | hỗ trợ | cân đối | lập | duy trì | phát huy | quyết định | xem xét | cử |
lựa chọn | giao | phê duyệt | công bố | công khai | đăng tải | xử lý | giải quyết | tháo gỡ | sắp xếp |
thu hút | mở rộng | mở | tập huấn | biên soạn | tiếp nhận | lấy ý kiến | phát động | thống nhất | phát hiện
| phòng ngừa | ngăn chặn | đấu tranh | khai thác | sử dụng | áp dụng | ứng dụng | tạo điều kiện | cụ thể hóa
| lãnh đạo | chỉ đạo | nắm | vận hành | kết nối | chấp hành | tham gia | thống kê | chuẩn bị | sẵn sàng |
đề nghị | yêu cầu | phát triển | đầu tư | xác định | tổng kết | sơ kết | giới thiệu | tư vấn | đưa | gắn |
bảo đảm | đảm bảo | bổ sung | khuyến khích | huy động | lồng ghép | quản lý | nâng cấp | đổi mới |
điều chỉnh | hình thành | diễn tập | ra mắt | tham dự | in ấn | sửa chữa | mua sắm | trang bị | lắp đặt |
số hóa | chuyển đổi | khảo sát | điều tra | đàm phán | ký kết | hợp tác | liên kết | quảng bá | xúc tiến |
khen thưởng | biểu dương | xử phạt | thanh tra | đàm bảo | củng cố | bảo vệ | bảo tồn | khôi phục | cải tạo
| cải thiện | cải cách | đơn giản | cắt giảm | tinh giản | rút ngắn | khắc phục | chấn chỉnh | nhân rộng |
đa dạng | ra quân | tuần tra | kiểm soát | truy quét | tạo | quy hoạch | tính toán | giảm | tăng | thí điểm
| phân tích | nhận diện | dự báo | cải tiến | thiết lập | thiết kế | tích hợp | chia sẻ | kiến nghị |
tiến hành | niêm yết | hiệp thương | tiếp xúc | phân bổ | dự toán | tận dụng | phục vụ | xác minh |
lắng nghe | thông tin | chăm lo | thăm hỏi | phân loại | thu thập | thu gom | tối ưu | đồng hành | ký |
khởi công | xuất bản | dịch | treo | trao | bám sát | thúc đẩy | siết chặt | lưu trữ | hiện đại hóa |
chuẩn hóa | đồng bộ | xã hội hóa | tiết kiệm | khơi thông | tôn vinh | khẩn trương | quyết liệt | kết hợp |
không | phải | mỗi | chuyển | rút | bàn giao | sáp nhập | tìm kiếm | đo lường | xét | tuyển | tuyển dụng |
luân chuyển | thi | hướng tới | bàn | họp | gặp | đón | nhập | thu | chi | cho | làm | nêu | dành | giữ |
hạn chế | tránh | trồng | nuôi | cấp | nộp | công nhận | ghi nhận | chứng nhận | in | viết | soạn |
soạn thảo | sửa đổi | thay thế | bãi bỏ | hoàn trả | quy định | thể chế | thông qua | đăng ký | khai trương
| khánh thành | bầu | xếp | đo | tu bổ | phân cấp | phân quyền | ủy quyền | phân tuyến | tiêu hủy | thẩm tra
""")
"""Verbs with which a duty begins."""

NAME_ENDS = words("""
chủ trì | phối hợp | có trách nhiệm | có nhiệm vụ | chịu trách nhiệm | tiến hành | rà soát | xây dựng |
triển khai | thực hiện | hướng dẫn | đẩy nhanh | thu thập | biên tập | số hóa | kiểm tra | theo dõi |
đôn đốc | tổng hợp | báo cáo | bố trí | tăng cường | đẩy mạnh | nâng cao | tiếp tục | chủ động | căn cứ |
ban hành | chỉ đạo | phân công | đề xuất | nghiên cứu | đảm bảo | bảo đảm | cung cấp | tuyên truyền |
phổ biến | quán triệt | kiện toàn | vận động | khuyến khích | huy động | lồng ghép | quản lý | giám sát |
đánh giá | thẩm định | trình | gửi | hoàn thành | hoàn thiện | tập trung | ưu tiên | thường xuyên | kịp thời
| nghiêm túc | tích cực | quan tâm | định kỳ | hằng năm | hàng năm | trên cơ sở | theo chức năng |
theo nhiệm vụ | là cơ quan | là đơn vị | là đầu mối | làm đầu mối | làm cơ quan | đầu mối | giúp | hỗ trợ |
cân đối | lập | duy trì | phát huy | thành lập | quyết định | xem xét | cử | lựa chọn | giao | phê duyệt |
công bố | công khai | cập nhật | đăng tải | xử lý | giải quyết | tháo gỡ | sắp xếp | thu hút | mở | đào tạo
| bồi dưỡng | tập huấn | thông tin, tuyên truyền | phản ánh | dành | dự toán | tiếp nhận | lấy ý kiến |
phát động | thống nhất | trực tiếp | hiệp thương | phát hiện | điều tra | phòng ngừa | ngăn chặn | đấu tranh
| khai thác | sử dụng | áp dụng | ứng dụng | tạo điều kiện | cụ thể hóa | lãnh đạo | nắm | vận hành |
kết nối | chấp hành | tham gia | thống kê | hằng quý | hàng quý | hằng tháng | hàng tháng | cùng | thông qua
| chuẩn bị | sẵn sàng | đồng thời | ký | đề nghị | yêu cầu | phát triển | đầu tư | xác định | tổng kết |
sơ kết | giới thiệu | tư vấn | đưa | gắn | coi | lấy | dự kiến | trước | chậm nhất | trong thời hạn | phải |
cần | nhằm | để | khi | nếu | không | về | thông báo | phê bình | xin | chú trọng | là cầu nối | mở rộng |
biên soạn | bổ sung | nâng cấp | điều chỉnh | hình thành | diễn tập | ra mắt | tham dự | in ấn | sửa chữa |
mua sắm | trang bị | lắp đặt | chuyển đổi | khảo sát | đàm phán | ký kết | quảng bá | xúc tiến | khen thưởng
| biểu dương | xử phạt | thanh tra | đàm bảo | củng cố | bảo vệ | bảo tồn | khôi phục | cải tạo | cải thiện
| cải cách | cắt giảm | tinh giản | rút ngắn | khắc phục | chấn chỉnh | nhân rộng | đa dạng | ra quân |
tuần tra | kiểm soát | truy quét | tính toán | thí điểm | phân tích | nhận diện | dự báo | cải tiến |
thiết lập | thiết kế | tích hợp | chia sẻ | kiến nghị | niêm yết | tiếp xúc | phân bổ | tận dụng | xác minh
| lắng nghe | chăm lo | thăm hỏi | phân loại | thu gom | tối ưu | khởi công | xuất bản | bám sát | thúc đẩy
| siết chặt | lưu trữ | hiện đại hóa | chuẩn hóa | tiết kiệm | khơi thông | tôn vinh | khẩn trương |
quyết liệt | kết hợp | bàn giao | sáp nhập | tìm kiếm | đo lường | tuyển dụng | luân chuyển | hạn chế |
công nhận | ghi nhận | chứng nhận | soạn thảo | sửa đổi | thay thế | bãi bỏ | hoàn trả | quy định | đăng ký
| khai trương | khánh thành | tu bổ | phân cấp | phân quyền | ủy quyền | tiêu hủy | thẩm tra | tranh thủ |
định hướng | theo phân công
""")
"""Verbs and connectives that cannot be part of a body's name, so that the name ends before them; case matters."""

NAME_ENDS_UNLESS = (
    r"tham mưu(?!, giúp)",
    r"trong (?:việc|công tác|thực hiện|quá trình|quản lý|phòng|triển khai|tổ chức|xây dựng|lĩnh vực|cập nhật)",
    r"tổ chức(?! (?:chính trị|xã hội|chính|đoàn|đảng|hội (?!nghị|thảo|thi|chợ)|có liên|liên quan|thành viên))"
    r"(?! (?:kinh tế|khác))",
    r"như(?! Xuân| Thanh)",
    r"phụ trách(?! lĩnh vực)",
)
"""The same, but for what follows."""

NOUNS = frozenset(
    words("""
thực hiện | chủ trì | quản lý | tổ chức | kiểm tra | giám sát | hỗ trợ | chỉ đạo | tuyên truyền | đào tạo | xây dựng
| giải quyết | thẩm định | lãnh đạo | tham mưu | phát triển | đầu tư | dự toán | bồi dưỡng | sử dụng | nghiên cứu
| ứng dụng | chấp hành | chuẩn bị | tư vấn | xúc tiến | bảo vệ | kiểm soát | điều tra | sản xuất
""").split("|")
)
"""Verbs that may stand inside a name, behind the right word ("Ban Quản lý", "cơ quan chủ trì")."""

SKIPPED = words("""
mục đích | yêu cầu | mục tiêu | quan điểm | căn cứ | cơ sở pháp lý | cơ sở xây dựng | sự cần thiết |
tình hình | thực trạng | kết quả đạt được | kết quả thực hiện | đánh giá | tồn tại | hạn chế | nguyên nhân |
bài học | phạm vi | đối tượng | nguyên tắc | chỉ tiêu | dự báo | bối cảnh | khẩu hiệu | thuận lợi | khó khăn
| đặc điểm | khái quát | định hướng chung | tầm nhìn | giải thích từ ngữ | chủ đề | thông điệp | hiệu quả |
tác động | tóm tắt | ý nghĩa | sản phẩm | địa điểm | thành phần | thời gian
""")
"""Words with which headings begin that announce no tasks."""

# -- bodies ------------------------------------------------------------------------------------------------------

BODIES = words("""
lãnh đạo | thủ trưởng | người đứng đầu | chủ tịch | phó chủ tịch | giám đốc | phó giám đốc | trưởng | phó trưởng
| bộ trưởng | thứ trưởng | chánh | bí thư | thường trực | viện trưởng | hiệu trưởng | cục trưởng | uỷ viên | ủy viên
| thành viên | đ/c | chuyên viên | công chức | chỉ huy trưởng | tổ trưởng | giáo viên | kế toán | thư ký
| tổng phụ trách | nhân viên | phóng viên | cha mẹ | hội viên | công dân | nhân dân
| ủy ban | uỷ ban | công an | mặt trận | cơ quan | đơn vị | địa phương | đoàn thể | ngành | các cấp | bệnh viện | trạm
| nhà trường | ngân hàng | kho bạc | tòa án | toà án | viện kiểm sát | kiểm toán | kiểm lâm | bưu điện | điện lực
| cảng vụ | hải quan | thông tấn | quỹ | doanh nghiệp | công ty | tổng công ty | tập đoàn | hợp tác xã
| khu công nghiệp | nhà thầu | nhà đầu tư | chủ đầu tư | công đoàn | chi bộ | đảng bộ | chi đoàn | chi hội
| hội đồng | bộ đội | lực lượng | khu dân cư | thôn | khu phố | ban công tác
""")
"""Words with which a body's or an officer's name begins, with a small or a capital letter."""

BODIES_UNLESS = {
    "cán bộ": " hóa",
    "sở": " hữu| thích| dĩ| tại",
    "bộ": " máy| phận thường| thủ tục| tiêu chí| tài liệu| môn| đội| mặt| chỉ số| luật| dữ liệu| mã| câu| lọc| nhớ"
    "| sản phẩm| nhận diện| hồ sơ| quy tắc| quy chế| quy trình| thiết bị",
    "ban": " hành| bố| cho| tặng| đầu| đêm| ngày",
    "văn phòng": " phẩm",
    "phòng": ", chống|,? ngừa| chống| thủ| bệnh| vệ| cháy| tránh| trừ| học| họp| ở",
    "hội": " nghị| thảo| nhập| thi| họp| chợ| tụ| trường| ý| viên| đàm| chẩn| báo",
    "hiệp hội": " hoá",
    "liên hiệp": " tác",
    "liên đoàn": " tác",
    "liên minh": " tác",
    "đoàn": " kết| viên| tụ| hội",
    "đài": " thọ",
    "báo": " cáo| chí| động| hiệu| gồm| lãi| giá| ứng",
    "cục": " bộ",
    "vụ": " việc| án| mùa",
    "chi cục": " bộ",
    "tổng cục": " bộ",
    "trung tâm": " đổi mới",
    "học viện": " phí",
    "viện": " trợ| dẫn| phí",
    "trường": " hợp| học| quay| phái| lớp",
}
"""Words that begin a name unless followed by one of these ("Ban hành", "Hội nghị", "Phòng, chống")."""

BODIES_BEFORE = {
    "đồng chí": "[A-ZĐ]",
    "đ/c": "[A-ZĐ]",
    "ông": "[A-ZĐ]",
    "bà": "[A-ZĐ]",
    "khoa": "[A-ZĐ]",
    "cụm": "[A-ZĐ]|thi đua",
    "khối": "[A-ZĐ]|thi đua",
    "nhóm": "[Cc]ông tác",
    "thành phố": "[A-ZĐ]",
    "tỉnh": "[A-ZĐ]",
    "thanh tra": "[A-ZĐ]|tỉnh|thành|nhà|các",
    "tổ chức": "chính trị|xã hội|đoàn thể|[Đđ]ảng|có liên|liên quan|thành viên|công đoàn|đại diện|tín dụng|kinh tế"
    "|khoa học|khác|cơ sở|hội (?!nghị|thảo|thi|chợ|họp|đàm)",
    "tổ": "[A-ZĐ]|dân phố|trưởng|công tác|giúp việc|đề án|công nghệ|biên|triển khai|thẩm|bầu|tư vấn|chuyên",
    "cơ sở": "sản xuất|đào tạo|giáo dục|y tế|kinh doanh|khám|lưu trú|cai",
    "bảo hiểm": "[Xx]ã hội",
    "thuế": "[tTcC]",
    "thống kê": "[tT]",
    "cấp": "[ủu][ỷy]|uỷ",
    "đảng": "ủy|uỷ",
    "chi": "ủy|uỷ",
    "xã": "[^.;]",
    "phường": "[^.;]",
    "quận": "[^.;]",
    "huyện": "[^.;]",
    "thị xã": "[^.;]",
    "đặc khu": "[^.;]",
}
"""Words that begin a name only before one of these."""

PROPER = words("""
UBND | HĐND | UB ?MTTQ | MTTQ | UBMTTQ | BCĐ | BCH | BQL | VPUB | BHXH | LĐLĐ | Bộ CHQS | BCHQS | Ban CHQS |
VNPT | Viettel | TAND | VKSND | KBNN | NHNN | Tỉnh đoàn | Thành đoàn | Tỉnh ủy | Thành ủy | Quận ủy |
Huyện ủy | tỉnh ủy | thành ủy | Tỉnh uỷ | Thành uỷ | Quận uỷ | Huyện uỷ | Phó Thủ tướng | phó Thủ tướng |
Thủ tướng | Tổng [Gg]iám đốc | Tổng [Tt]hanh tra | Thống đốc | Cổng [Tt]hông tin | Trang [Tt]hông tin |
Chính phủ | Quốc hội | Quân khu | Nhà nước | Dân quân | Tòa
""")
"""Names and short names that begin a body's name only as they stand here."""
