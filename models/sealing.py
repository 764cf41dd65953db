"""Secrets that the program itself must read again (seeds of second factors, webhook secrets), sealed for the database.

AES in Fernet under a key drawn from the office's signing key (HKDF, RFC 5869), a different one for each purpose: who
reads the database or a backup without `secret.key` has nothing.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.database import StoreError


class SealBroken(StoreError):
    """A secret was sealed under another signing key, or has been changed."""


class Seal:
    """Seals and opens secrets of one purpose."""

    def __init__(self, key: bytes, purpose: str, old_key: bytes | None = None) -> None:
        """Draw the key for `purpose` from the signing key; what was sealed under `old_key` opens too."""
        self._fernet = MultiFernet([_drawn(k, purpose) for k in (key, old_key) if k is not None])

    def close(self, secret: str) -> str:
        """The secret as the database keeps it."""
        return self._fernet.encrypt(secret.encode()).decode()

    def renew(self, sealed: str) -> str:
        """The same secret sealed under the present key; raises :class:`SealBroken`."""
        return self.close(self.open(sealed))

    def open(self, sealed: str) -> str:
        """The secret again; raises :class:`SealBroken`."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealBroken(
                "this secret was sealed under another signing key (DONDOC_SECRET_KEY or secret.key); put it back, "
                "or make the secret anew",
                "bí mật này được niêm bằng khóa ký khác (DONDOC_SECRET_KEY hoặc secret.key); hãy đặt lại khóa đó, "
                "hoặc tạo bí mật mới",
            ) from error


def _drawn(key: bytes, purpose: str) -> Fernet:
    drawn = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"dondoc.{purpose}.v1".encode()).derive(key)
    return Fernet(base64.urlsafe_b64encode(drawn))
