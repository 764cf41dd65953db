"""`dondoc secret`: the change of the key that signs links and seals secrets."""

from cyclopts import App

from actions.errors import Refused
from actions.resealing import reseal as seal_anew
from cli.here import acting, open_place
from cli.show import tell
from models.database import unit_of_work
from settings import OLD_KEY

app = App(name="secret")
FOUND_WRONG = 5


@app.command
def renew() -> None:
    """Make a new signing key; the old one still opens what is sealed until `dondoc secret reseal`. (Đổi khóa ký)"""
    settings = open_place().settings
    if settings.secret_key.get_secret_value():
        raise Refused.because(
            "the key stands in DONDOC_SECRET_KEY: write the new one there and this one into DONDOC_OLD_SECRET_KEY, "
            "on every machine",
            "khóa đang ghi ở DONDOC_SECRET_KEY: hãy ghi khóa mới vào đó và khóa hiện nay vào DONDOC_OLD_SECRET_KEY, "
            "trên mọi máy",
        )
    try:
        settings.renew_signing_key()
    except FileExistsError as error:
        raise Refused.because(
            f"{settings.home / OLD_KEY} is still there: finish that change first: dondoc secret reseal",
            f"vẫn còn {settings.home / OLD_KEY}: hãy làm xong lần đổi trước: dondoc secret reseal",
        ) from error
    tell(
        "Đã có khóa mới. Hãy khởi động lại mọi tiến trình, rồi chạy: dondoc secret reseal",
        "There is a new key. Restart every process, then run: dondoc secret reseal",
    )


@app.command
def reseal(*, by: str | None = None) -> int:
    """Seal second factors and webhook secrets under the present key, and forget the old one. (Niêm lại bí mật)"""
    place = open_place()
    with unit_of_work(place.url) as session:
        done = seal_anew(session, place.seal, at=place.now, actor=acting(session, by, place))
    tell(f"Đã niêm lại {done.count} bí mật.", f"{done.count} secrets are sealed anew.")
    if done.lost:
        names = ", ".join(done.lost)
        tell(
            f"Không khóa nào mở được: {names}. Khóa cũ được giữ lại; hãy tạo lại các bí mật này.",
            f"No key opens: {names}. The old key is kept; make these secrets anew.",
        )
        return FOUND_WRONG
    place.settings.forget_old_key()
    if place.settings.old_signing_key():
        tell("Bây giờ hãy bỏ DONDOC_OLD_SECRET_KEY.", "Now take DONDOC_OLD_SECRET_KEY away.")
    return 0
