"""Signed links: what an answer from a mail may be about, who got the link, and until when. Nothing is stored.

A link only shows; changing anything takes a form sent from the page behind it (mail scanners open every link).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import cast

from itsdangerous import BadData, URLSafeSerializer

from notifications.messages import Assurance, Lang

_ASSURANCES: tuple[Assurance, ...] = ("signed-in", "personal", "shared")
SHORTEST_SECRET = 32


class LinkProblem(StrEnum):
    """Why a link does not open anything."""

    EXPIRED = "expired"
    FORGED = "forged"
    """Not made by us, cut off on the way, or signed with a secret that is no longer kept."""
    OTHER_PURPOSE = "other-purpose"


_WORDS: dict[Lang, dict[LinkProblem, str]] = {
    "vi": {
        LinkProblem.EXPIRED: "Liên kết này đã hết hạn. Đề nghị dùng liên kết trong thư mới nhất, hoặc đăng nhập.",
        LinkProblem.FORGED: "Liên kết này không đúng hoặc bị thiếu. Đề nghị mở lại từ thư, hoặc sao chép đủ địa chỉ.",
        LinkProblem.OTHER_PURPOSE: "Liên kết này dùng cho việc khác. Đề nghị mở đúng liên kết ghi trong thư.",
    },
    "en": {
        LinkProblem.EXPIRED: "This link has expired. Use the link in your latest mail, or sign in.",
        LinkProblem.FORGED: "This link is not right or not complete. Open it from the mail, or copy the whole address.",
        LinkProblem.OTHER_PURPOSE: "This link is for something else. Open the one named in the mail.",
    },
}


class LinkError(Exception):
    """A link that opens nothing; `str()` is a sentence for the person who followed it."""

    def __init__(self, problem: LinkProblem, lang: Lang = "vi") -> None:
        self.problem = problem
        super().__init__(_WORDS[lang][problem])


@dataclass(frozen=True, slots=True)
class LinkClaim:
    """What a link says: `subjects` are ids of what it is about, `recipient` an id such as "contact:12".

    `generation` is the recipient's link number: raise theirs to revoke every link given out before.
    """

    purpose: str
    subjects: tuple[int, ...]
    recipient: str
    assurance: Assurance
    expires: datetime
    generation: int = 0


class Links:
    """Signs and reads links. `secrets`: the one in use last, older ones before it so that their links still open.

    The same claim gives the same token. Raises ValueError if a secret has fewer than 32 characters.
    """

    def __init__(self, secrets: str | Sequence[str], lang: Lang = "vi") -> None:
        kept = [secrets] if isinstance(secrets, str) else list(secrets)
        if not kept or any(len(secret) < SHORTEST_SECRET for secret in kept):
            raise ValueError(
                f"a secret for links needs at least {SHORTEST_SECRET} characters; make a new one"
            )
        self._lang: Lang = lang
        options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        self._serializer = URLSafeSerializer(kept, salt="dondoc.link.v1", signer_kwargs=options)

    def sign(
        self,
        purpose: str,
        subjects: Iterable[int],
        recipient: str,
        assurance: Assurance,
        expires: datetime,
        *,
        generation: int = 0,
    ) -> str:
        """A token that may stand in a web address. `expires` is aware and counted in whole seconds."""
        if expires.tzinfo is None:
            raise ValueError(f"expires {expires} has no time zone; give an aware moment")
        if assurance not in _ASSURANCES:
            raise ValueError(f"assurance {assurance!r} is none of {', '.join(_ASSURANCES)}")
        claim = [
            purpose,
            sorted(set(subjects)),
            recipient,
            _ASSURANCES.index(assurance),
            int(expires.timestamp()),
        ]
        return self._serializer.dumps([*claim, generation])

    def read(self, token: str, at: datetime, *, purpose: str | None = None) -> LinkClaim:
        """What `token` says, if it is ours and still good at the moment `at` (the second of its expiry is too late).

        Raises LinkError: forged, expired, or made for another purpose than the one asked for.
        """
        try:
            fields = cast("tuple[str, list[int], str, int, int, int]", tuple(self._serializer.loads(token)))
            name, subjects, recipient, assurance, expires, generation = fields
        except (BadData, ValueError, TypeError) as error:
            raise LinkError(LinkProblem.FORGED, self._lang) from error
        until = datetime.fromtimestamp(expires, UTC)
        if at >= until:
            raise LinkError(LinkProblem.EXPIRED, self._lang)
        if purpose is not None and purpose != name:
            raise LinkError(LinkProblem.OTHER_PURPOSE, self._lang)
        return LinkClaim(name, tuple(subjects), recipient, _ASSURANCES[assurance], until, generation)
