"""The words by which offices write: what begins a duty, what ends a name, what begins a name, what heads a section.

Found in public plans of many offices; a word is added when offices use it so, never because one text does. The lists
are patterns of `re`, one word or phrase between two bars, in folded (lower-case) spelling unless it says otherwise.
"""


def words(table: str) -> str:
    """A table of words between bars as one alternative of a pattern."""
    return "|".join(word for part in table.split("|") if (word := " ".join(part.split())))


ACTIONS = words("""
xây dựng | ban hành | tổ chức | triển khai | thực hiện | tham mưu | phối hợp | chủ trì | chủ động | rà soát
| kiểm tra | đôn đốc | theo dõi | hướng dẫn | báo cáo | tổng hợp | tăng cường | đẩy mạnh | nâng cao | tiếp
tục | chú trọng | tập trung | đề xuất | nghiên cứu | hoàn thiện | bố trí | phân công | cung cấp | cập nhật |
đào tạo | bồi dưỡng | tuyên truyền | phổ biến | vận động | quán triệt | kiện toàn | thành lập | giám sát |
đánh giá | thẩm định | trình | gửi | hoàn thành | ưu tiên | thường xuyên | kịp thời | nghiêm túc | tích cực
| quan tâm | định kỳ | hằng năm | căn cứ | trên cơ sở | là cơ quan | là đơn vị | là đầu mối | là cầu nối |
làm đầu mối | giúp | hỗ trợ | cân đối | lập | duy trì | phát huy | quyết định | xem xét | cử | lựa chọn |
giao | phê duyệt | công bố | công khai | đăng tải | xử lý | giải quyết | tháo gỡ | sắp xếp | thu hút | mở
rộng | mở | tập huấn | biên soạn | tiếp nhận | lấy ý kiến | phát động | thống nhất | phát hiện | phòng ngừa
| ngăn chặn | đấu tranh | khai thác | sử dụng | áp dụng | ứng dụng | tạo điều kiện | cụ thể hóa | lãnh đạo |
chỉ đạo | nắm | vận hành | kết nối | chấp hành | tham gia | thống kê | chuẩn bị | sẵn sàng | đề nghị | yêu
cầu | phát triển | đầu tư | xác định | tổng kết | sơ kết | giới thiệu | tư vấn | đưa | gắn | bảo đảm | đảm
bảo | bổ sung | khuyến khích | huy động | lồng ghép | quản lý | nâng cấp | đổi mới | điều chỉnh | hình thành
| diễn tập | ra mắt | tham dự | in ấn | sửa chữa | mua sắm | trang bị | lắp đặt | số hóa | chuyển đổi | khảo
sát | điều tra | đàm phán | ký kết | hợp tác | liên kết | quảng bá | xúc tiến | khen thưởng | biểu dương |
xử phạt | thanh tra | đàm bảo | củng cố | bảo vệ | bảo tồn | khôi phục | cải tạo | cải thiện | cải cách |
đơn giản | cắt giảm | tinh giản | rút ngắn | khắc phục | chấn chỉnh | nhân rộng | đa dạng | ra quân | tuần
tra | kiểm soát | truy quét | tạo | quy hoạch | tính toán | giảm | tăng | thí điểm | phân tích | nhận diện |
dự báo | cải tiến | thiết lập | thiết kế | tích hợp | chia sẻ | kiến nghị | tiến hành | niêm yết | hiệp
thương | tiếp xúc | phân bổ | dự toán | tận dụng | phục vụ | xác minh | lắng nghe | thông tin | chăm lo |
thăm hỏi | phân loại | thu thập | thu gom | tối ưu | đồng hành | ký | khởi công | xuất bản | dịch | treo |
trao | bám sát | thúc đẩy | siết chặt | lưu trữ | hiện đại hóa | chuẩn hóa | đồng bộ | xã hội hóa | tiết
kiệm | khơi thông | tôn vinh | khẩn trương | quyết liệt | kết hợp | không | phải | mỗi | chuyển | rút | bàn
giao | sáp nhập | tìm kiếm | đo lường | xét | tuyển | tuyển dụng | luân chuyển | thi | hướng tới | bàn | họp
| gặp | đón | nhập | thu | chi | cho | làm | nêu | dành | giữ | hạn chế | tránh | trồng | nuôi | cấp | nộp |
công nhận | ghi nhận | chứng nhận | in | viết | soạn | soạn thảo | sửa đổi | thay thế | bãi bỏ | hoàn trả |
quy định | thể chế | thông qua | đăng ký | khai trương | khánh thành | bầu | xếp | đo | tu bổ | phân cấp |
phân quyền | ủy quyền | phân tuyến | tiêu hủy | thẩm tra | hưởng ứng | lấy mẫu | xét nghiệm | khám | sàng
lọc | tiêm | phun | khử trùng | vệ sinh | dọn dẹp | tổng vệ sinh | tổng rà soát | tổng kiểm tra | tổng điều
tra | trả lời | giải trình | giải đáp | kê khai | khai báo | cài đặt | chứng thực | tiếp dân | tiếp công dân
| đối thoại | biểu diễn | trưng bày | triển lãm | phát hành | phát sóng | phát thanh | đưa tin | truyền
thông | thông báo | mời | trích | thuê | mua | thanh toán | quyết toán | giải ngân | thu hồi | giải phóng
mặt bằng | bồi thường | tái định cư | di dời | sơ tán | cứu trợ | ứng phó | ứng cứu | trực | túc trực | trực
ban | nạo vét | gia cố | tu sửa | duy tu | bảo dưỡng | bảo trì | bảo quản | chăm sóc | phục hồi | khai trừ |
phối kết hợp | tự giác | gương mẫu | nêu gương | phấn đấu | cam kết | ký cam kết | đánh số | gắn biển | đặt
hàng | đấu thầu | đấu giá | tuyển chọn | tuyển sinh | bố trí lại | sắp đặt | chủ động nắm | thực thi | giám
định | kiểm định | kiểm kê | kiểm nghiệm | đối chiếu | đối soát | hiệu chỉnh | chỉnh lý | chỉnh trang | xóa
| triệt phá | trấn áp | bắt giữ | truy bắt | cai nghiện | cảm hóa | hòa giải | trợ giúp | bảo trợ | cứu giúp
| quán xuyến | điều phối | điều hành | điều động | huấn luyện | nghiệm thu | công chứng | dạy | thể hiện |
thăm | tặng | trao tặng | tri ân | kỷ niệm | bảo lãnh | cho vay | thành thạo | nuôi dưỡng | ban bố | hoạch
định | kích hoạt | khởi động | kết thúc | khép kín | làm rõ | làm tốt | lưu giữ | luân phiên | mở mới | phân
bố | phân luồng | phân tách | phổ cập | quan trắc | quay | ra soát | số hoá | chuẩn hoá | xã hội hoá | cụ
thể hoá | hiện đại hoá | đa dạng hoá | đơn giản hóa | đồng bộ hóa | cơ cấu lại | tái cơ cấu | tận thu | tập
hợp | tập kết | tăng thời lượng | thay mặt | thí nghiệm | thử nghiệm | tiếp cận | tiếp thu | tiêu thụ | tổng
duyệt | trang trí | triệu tập | trình diễn | truy thu | truy xuất | tuyên dương | vinh danh | xin | xuất
khẩu | đăng cai | đấu nối | đề cao | đề ra | định hướng | gìn giữ | giữ gìn | giữ vững | kêu gọi | khơi dậy
| khuyến nghị | lan tỏa | làm việc | nhắc nhở | nhân dịp | ổn định | phát | phòng, chống | phục dựng | tháo
dỡ | thu dung | tự kiểm tra | tự rà soát | từng bước | theo chức năng | theo nhiệm vụ | theo thẩm quyền |
trong phạm vi | trao đổi | giới thiệu
""")
"""Verbs with which a duty begins."""

NAME_ENDS = words("""
chủ trì | phối hợp | có trách nhiệm | có nhiệm vụ | chịu trách nhiệm | tiến hành | rà soát | xây dựng |
triển khai | thực hiện | hướng dẫn | đẩy nhanh | thu thập | biên tập | số hóa | kiểm tra | theo dõi | đôn
đốc | tổng hợp | báo cáo | bố trí | tăng cường | đẩy mạnh | nâng cao | tiếp tục | chủ động | căn cứ | ban
hành | chỉ đạo | phân công | đề xuất | nghiên cứu | đảm bảo | bảo đảm | cung cấp | tuyên truyền | quán triệt
| kiện toàn | vận động | khuyến khích | huy động | lồng ghép | quản lý | giám sát | đánh giá | thẩm định |
gửi | hoàn thành | hoàn thiện | tập trung | ưu tiên | thường xuyên | kịp thời | nghiêm túc | tích cực | quan
tâm | định kỳ | hằng năm | hàng năm | trên cơ sở | theo chức năng | theo nhiệm vụ | là cơ quan | là đơn vị |
là đầu mối | làm đầu mối | làm cơ quan | đầu mối | hỗ trợ | cân đối | duy trì | phát huy | thành lập | quyết
định | xem xét | cử | lựa chọn | phê duyệt | công bố | công khai | cập nhật | đăng tải | xử lý | giải quyết
| tháo gỡ | sắp xếp | thu hút | mở | đào tạo | bồi dưỡng | tập huấn | thông tin, tuyên truyền | phản ánh |
dành | dự toán | tiếp nhận | lấy ý kiến | phát động | thống nhất | trực tiếp | hiệp thương | phát hiện |
điều tra | phòng ngừa | ngăn chặn | đấu tranh | khai thác | sử dụng | áp dụng | ứng dụng | tạo điều kiện |
cụ thể hóa | lãnh đạo | nắm | vận hành | kết nối | chấp hành | tham gia | thống kê | hằng quý | hàng quý |
hằng tháng | hàng tháng | cùng | thông qua | chuẩn bị | sẵn sàng | đồng thời | đề nghị | yêu cầu | phát
triển | xác định | tổng kết | sơ kết | giới thiệu | tư vấn | đưa | gắn | coi | lấy | dự kiến | trước | chậm
nhất | trong thời hạn | phải | cần | nhằm | để | khi | nếu | về | thông báo | phê bình | xin | chú trọng |
là cầu nối | mở rộng | biên soạn | bổ sung | nâng cấp | điều chỉnh | hình thành | diễn tập | ra mắt | tham
dự | in ấn | sửa chữa | mua sắm | trang bị | lắp đặt | chuyển đổi | khảo sát | đàm phán | ký kết | quảng bá
| xúc tiến | khen thưởng | biểu dương | xử phạt | thanh tra | đàm bảo | củng cố | bảo vệ | bảo tồn | khôi
phục | cải tạo | cải thiện | cải cách | cắt giảm | tinh giản | rút ngắn | khắc phục | chấn chỉnh | nhân rộng
| đa dạng | ra quân | tuần tra | kiểm soát | truy quét | tính toán | thí điểm | phân tích | nhận diện | dự
báo | cải tiến | thiết lập | thiết kế | tích hợp | chia sẻ | kiến nghị | niêm yết | tiếp xúc | phân bổ | tận
dụng | xác minh | lắng nghe | chăm lo | thăm hỏi | phân loại | thu gom | tối ưu | khởi công | xuất bản | bám
sát | thúc đẩy | siết chặt | lưu trữ | hiện đại hóa | chuẩn hóa | tiết kiệm | khơi thông | tôn vinh | khẩn
trương | quyết liệt | kết hợp | bàn giao | sáp nhập | tìm kiếm | đo lường | tuyển dụng | luân chuyển | hạn
chế | công nhận | ghi nhận | chứng nhận | soạn thảo | sửa đổi | thay thế | bãi bỏ | hoàn trả | quy định |
đăng ký | khai trương | khánh thành | tu bổ | phân cấp | phân quyền | ủy quyền | tiêu hủy | thẩm tra | tranh
thủ | định hướng | theo phân công | hưởng ứng | lấy mẫu | khử trùng | dọn dẹp | tổng vệ sinh | tổng rà soát
| tổng kiểm tra | tổng điều tra | trả lời | giải trình | giải đáp | kê khai | khai báo | cài đặt | tiếp công
dân | trưng bày | phát hành | phát sóng | đưa tin | mời | quyết toán | giải ngân | thu hồi | di dời | sơ tán
| túc trực | trực ban | nạo vét | gia cố | tu sửa | duy tu | phối kết hợp | tự giác | gương mẫu | nêu gương
| nêu cao | phấn đấu | cam kết | bố trí lại | thực thi | đối chiếu | đối soát | chỉnh trang | triệt phá |
trấn áp | cảm hóa | điều động | tặng | trao tặng | treo | tri ân | kích hoạt | khởi động | làm rõ | làm tốt
| làm việc với | phân luồng | ra soát | số hoá | chuẩn hoá | cụ thể hoá | đa dạng hoá | đơn giản hóa | tập
hợp | tập kết | tăng | thay mặt | thử nghiệm | tiếp cận | tiếp thu | trang trí | triệu tập | tuyên dương |
vinh danh | đăng cai | đề cao | đề ra | gìn giữ | giữ gìn | giữ vững | kêu gọi | khơi dậy | lan tỏa | nhắc
nhở | tháo dỡ | thu dung | tự kiểm tra | tự rà soát | từng bước | luôn | đã | sẽ | đang | nộp | nêu | đón |
cài | góp ý | tham gia ý kiến | nhanh chóng | chấm dứt | đình chỉ | sàng lọc | khoanh vùng | mở lớp | mở
chuyên mục | mở chuyên trang | điểm danh | xuống | báo tin | chốt | cắm | dán | niêm phong
""")
"""Verbs and connectives that cannot be part of a body's name, so that the name ends before them; case matters."""

NAME_ENDS_UNLESS = (
    r"(?<!công )(?<!độc )(?<!dân )(?<!tư )lập(?! pháp)",
    r"tham mưu(?!, giúp)",
    r"trong(?! (?:và|nước|tỉnh|ngành|toàn|cả|khu|vùng|hệ thống|huyện|xã|phường|thành phố|trường|bệnh viện|danh sách"
    r"|khối|cụm|diện|nhóm|lực lượng)\b)",
    r"tổ chức(?! (?:chính trị|xã hội|chính|đoàn|đảng"
    r"|hội (?!nghị|thảo|thao|thi|chợ|diễn|trại|giảng|xuân|đàm|khỏe|sách)|có liên|liên quan|thành viên))"
    r"(?! (?:kinh tế|khác|hành nghề|tín dụng|phi chính phủ|khoa học|đại diện|cơ sở|công đoàn))",
    r"như(?! Xuân| Thanh)",
    r"phụ trách(?! lĩnh vực)",
    r"chịu(?! sự)",
    r"giúp(?! việc)",
    r"giao(?! thông| ban| dịch| lưu| thừa| tiếp)",
    r"(?<!đăng )(?<!Đăng )(?<!thư )(?<!chữ )(?<!nhật )(?<!Thư )ký",
    r"(?<!chương )(?<!Chương )(?<!công )(?<!Công )(?<!quá )(?<!lộ )(?<!quy )(?<!hành )trình",
    r"(?<!hàng )(?<!Hàng )(?<!phòng )(?<!Phòng )không(?! gian| quân)",
    r"(?<!chủ )(?<!Chủ )(?<!nhà )đầu tư",
    r"(?<!Phối hợp )phổ biến",
    r"trao(?! đổi)",
    r"có (?:cơ chế|biện pháp|giải pháp|kế hoạch|hình thức|phương án|văn bản|ý kiến)",
    r"dự(?! án| thảo| báo| trữ| toán| kiến| bị| phòng| nguồn)",
    r"viết(?! tắt)",
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
mục đích | yêu cầu | mục tiêu | quan điểm | căn cứ | cơ sở pháp lý | cơ sở xây dựng | sự cần thiết | tình
hình | thực trạng | kết quả đạt được | kết quả thực hiện | đánh giá | tồn tại | hạn chế | nguyên nhân | bài
học | phạm vi | đối tượng | nguyên tắc | chỉ tiêu | dự báo | bối cảnh | khẩu hiệu | thuận lợi | khó khăn |
cơ sở chính trị | cơ sở thực tiễn | cơ sở khoa học | thông tin chung | đặc điểm | khái quát | định hướng
chung | tầm nhìn | giải thích từ ngữ | chủ đề | thông điệp | hiệu quả | tác động | tóm tắt | ý nghĩa | sản
phẩm | địa điểm | thành phần | thời gian
""")
"""Words with which headings begin that announce no tasks."""

# -- bodies ------------------------------------------------------------------------------------------------------

BODIES = words("""
lãnh đạo | thủ trưởng | người đứng đầu | chủ tịch | phó chủ tịch | giám đốc | phó giám đốc | trưởng | phó
trưởng | bộ trưởng | thứ trưởng | chánh | bí thư | thường trực | viện trưởng | hiệu trưởng | cục trưởng | uỷ
viên | ủy viên | thành viên | đ/c | chuyên viên | công chức | chỉ huy trưởng | tổ trưởng | giáo viên | kế
toán | thư ký | tổng phụ trách | nhân viên | phóng viên | cha mẹ | hội viên | công dân | nhân dân | ủy ban |
uỷ ban | công an | mặt trận | cơ quan | đơn vị | địa phương | đoàn thể | ngành | các cấp | bệnh viện | trạm
| nhà trường | ngân hàng | kho bạc | tòa án | toà án | viện kiểm sát | kiểm toán | kiểm lâm | bưu điện |
điện lực | cảng vụ | hải quan | thông tấn | quỹ | doanh nghiệp | công ty | tổng công ty | tập đoàn | hợp tác
xã | khu công nghiệp | nhà thầu | nhà đầu tư | chủ đầu tư | công đoàn | chi bộ | đảng bộ | chi đoàn | chi
hội | học sinh | sinh viên | phụ huynh | người dân | hộ gia đình | hộ dân | hộ kinh doanh | chủ rừng | chủ
cơ sở | chủ hộ | đoàn viên | thanh niên | đảng viên | cán bộ, đảng viên | người lao động | người sử dụng lao
động | bộ phận | bản trưởng | ấp trưởng | bon trưởng | buôn trưởng | già làng | chủ nhiệm | liên đội | sư
đoàn | lữ đoàn | trung đoàn | tiểu đoàn | đại đội | tổng liên đoàn | hội đồng | điều dưỡng trưởng | bác sĩ |
điều dưỡng | tiểu ban | bộ đội | lực lượng | khu dân cư | thôn | khu phố | ban công tác
""")
"""Words with which a body's or an officer's name begins, with a small or a capital letter."""

BODIES_UNLESS = {
    "cán bộ": " hóa",
    "sở": " hữu| thích| dĩ| tại",
    "bộ": " máy| phận| thủ tục| tiêu chí| tài liệu| môn| đội| mặt| chỉ số| luật| dữ liệu| mã| câu| lọc| nhớ"
    "| sản phẩm| nhận diện| hồ sơ| quy tắc| quy chế| quy trình| thiết bị",
    "ban": " hành| bố| cho| tặng| đầu| đêm| ngày",
    "văn phòng": " phẩm",
    "phòng": ", chống|,? ngừa| chống| thủ| bệnh| vệ| cháy| tránh| trừ| học| họp| ở",
    "hội": " nghị| thảo| thao| diễn| trại| giảng| xuân| khỏe| sách| nhập| thi| họp| chợ"
    "| tụ| trường| ý| viên| đàm| chẩn| báo",
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
    "khoa": "[A-ZĐ]|phòng",
    "cụm": "[A-ZĐ]|thi đua",
    "khối": "[A-ZĐ]|thi đua",
    "nhóm": "[Cc]ông tác",
    "thành phố": "[A-ZĐ]",
    "tỉnh": "[A-ZĐ]",
    "thanh tra": "[A-ZĐ]|tỉnh|thành|nhà|các",
    "tổ chức": "hành nghề|tín dụng|phi chính phủ"
    "|chính trị|xã hội|đoàn thể|[Đđ]ảng|có liên|liên quan|thành viên|công đoàn|đại diện|tín dụng|kinh tế"
    "|khoa học|khác|cơ sở|hội (?!nghị|thảo|thao|thi|chợ|họp|đàm|diễn|trại|giảng|xuân|khỏe|sách)",
    "tổ": "[A-ZĐ]|dân phố|trưởng|công tác|giúp việc|đề án|công nghệ|biên|triển khai|thẩm|bầu|tư vấn|chuyên"
    "|hòa giải|hoà giải|bảo vệ|đại biểu|tự quản|vay vốn|giám sát|xung kích|cộng tác|quản lý|kiểm tra|kỹ thuật|liên gia"
    "|tuyên truyền|hỗ trợ|rà soát|vận động|hợp tác",
    "cơ sở": "KCB|GD|sản xuất|đào tạo|giáo dục|y tế|kinh doanh|khám|lưu trú|cai",
    "bảo hiểm": "[Xx]ã hội",
    "thuế": "[tTcC]",
    "cảng": "[A-ZĐ]|hàng không|biển",
    "chi": "[ủu][ỷy]|nhánh|uỷ",
    "đại học": "[A-ZĐ]",
    "đội": "[A-ZĐ]|quản lý|cảnh sát|xung kích|kiểm tra|tuyên truyền|dân phòng|tình nguyện|công tác|thanh niên|trật tự",
    "hạt": "[Kk]iểm lâm|[Qq]uản lý",
    "vườn": "[Qq]uốc gia",
    "thư viện": "[A-ZĐ]|tỉnh|thành|quốc|huyện",
    "bảo tàng": "[A-ZĐ]|tỉnh|thành|quốc",
    "đồn": "[Bb]iên phòng|[Cc]ông an",
    "thi hành": "án dân sự",
    "trung ương": "Hội|Đoàn",
    "phó": "[A-ZĐ]|hiệu trưởng|chánh|bí thư|viện|cục|vụ|tổng|tổ",
    "bộ phận": "[A-ZĐ]|chuyên môn|văn|kế|một|tài|địa|tư",
    "thủ đô": "Hà Nội",
    "viễn thông": "[A-ZĐ]",
    "nhà": "[Vv]ăn hóa|[Tt]hi đấu|[Tt]hiếu nhi|[Kk]hách|hát|máy",
    "thống kê": "[tT]",
    "cấp": "[ủu][ỷy]|uỷ",
    "đảng": "ủy|uỷ",
    "xã": "(?!hội)[^.;]",
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

FIELDS = words("""
quốc phòng | công an | ngoại giao | ngoại vụ | nội vụ | tư pháp | kế hoạch và đầu tư | tài chính - kế hoạch
| tài chính | công thương | nông nghiệp và phát triển nông thôn | nông nghiệp và ptnt | nông nghiệp và môi
trường | giao thông vận tải | xây dựng | tài nguyên và môi trường | thông tin và truyền thông | lao động -
thương binh và xã hội | lao động, thương binh và xã hội | văn hóa, thể thao và du lịch | văn hóa và thể thao
| văn hóa và thông tin | văn hóa - xã hội | du lịch | khoa học và công nghệ | giáo dục và đào tạo | y tế |
dân tộc và tôn giáo | dân tộc | quy hoạch - kiến trúc | kinh tế
""")
"""What a Bộ, a Sở or a Phòng looks after: the second half of its name; names that begin alike stand longest first."""
