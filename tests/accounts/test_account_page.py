"""A person's own account."""

import pytest

from tests.conftest import CarefulClient
from tests.people import Cast


@pytest.mark.parametrize(("sent", "is_on"), [("on", True), ("off", False), ("", False)])
def test_the_keys_of_the_grading_desk_are_turned_on_and_off(
    client: CarefulClient, cast: Cast, sent: str, is_on: bool
) -> None:
    client.signed_in(cast.gail).post("/account/keys/", {"keys": sent, "email": "forged@example.org"})

    for person in (cast.gail, cast.pam):
        person.refresh_from_db()
    assert (cast.gail.keyboard_shortcuts, cast.gail.email) == (is_on, "gail@example.org")
    assert cast.pam.keyboard_shortcuts is True


def test_who_does_not_grade_is_not_asked_about_keys(client: CarefulClient, cast: Cast) -> None:
    assert "Turn the keys" not in client.signed_in(cast.olu).get("/account/").content.decode()
    assert "Turn the keys off" in client.signed_in(cast.gail).get("/account/").content.decode()
