"""Where a webhook may go, said in words."""

from notifications.webhook import TargetRefused, check_target
from settings import Settings
from web.forms import wrong


def looked_at(url: str, settings: Settings) -> str:
    """The address, if messages may go there; raises :class:`actions.errors.Refused` with the reason."""
    try:
        check_target(url.strip(), private=settings.webhook_private)
    except TargetRefused as error:
        raise wrong(
            "url", f"không gửi được đến địa chỉ này: {error}", f"no message can go to this address: {error}"
        ) from error
    return url.strip()
