"""What every answer gets, whatever made it."""

from django.urls import reverse

from tests.factories.partners import SessionFactory
from tests.reading import text_of


def test_who_comes_back_to_the_address_of_a_button_reads_that_nothing_was_changed(client, cast):
    """As after signing in again: the address takes what a button sends, and nothing else."""
    session = SessionFactory(host=cast.police, planned_by=cast.tess)
    answer = client.signed_in(cast.pat).get(reverse("partners:hold", args=[session.pk]))

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "the button was not pressed" in text_of(answer)
    assert answer["Cache-Control"] == "no-store, private"
