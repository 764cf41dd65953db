"""The change of the signing key from the command line."""

from actions.webhooks import PURPOSE
from models.database import reading
from models.hooks import Webhook
from models.sealing import Seal
from tests.db.command_line import Home


def test_the_key_is_changed_in_two_steps_and_nothing_sealed_is_lost(home: Home):
    home.patch.setenv("DONDOC_WEBHOOK_PRIVATE", "true")
    home.good("webhook", "make", "https://127.0.0.1/a", "assignment.")
    first = (home.folder / "secret.key").read_bytes().strip()
    home.good("secret", "renew")
    second = (home.folder / "secret.key").read_bytes().strip()
    assert second != first
    assert (home.folder / "secret.key.old").read_bytes().strip() == first
    assert "dondoc secret reseal" in home.refused("secret", "renew")["vi"]

    assert "1" in home.good("secret", "reseal")
    assert not (home.folder / "secret.key.old").exists()
    with reading(home.url) as session:
        sealed = session.get_one(Webhook, 1).secret
    assert Seal(second, PURPOSE).open(sealed)


def test_what_no_key_opens_is_named_and_the_old_key_is_kept(home: Home):
    home.patch.setenv("DONDOC_WEBHOOK_PRIVATE", "true")
    home.good("webhook", "make", "https://127.0.0.1/a", "assignment.")
    (home.folder / "secret.key").write_text("k" * 40)
    home.good("secret", "renew")

    code, said = home.type("secret", "reseal")
    assert (code, "webhook:1" in said) == (5, True)
    assert (home.folder / "secret.key.old").exists()


def test_a_key_that_stands_in_the_settings_is_changed_there(home: Home):
    home.patch.setenv("DONDOC_SECRET_KEY", "k" * 40)

    assert "DONDOC_OLD_SECRET_KEY" in home.refused("secret", "renew")["vi"]
