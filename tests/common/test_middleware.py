"""What every answer gets, whatever made it."""

from csp.decorators import csp_update
from django.http import HttpResponse
from django.test import override_settings
from django.urls import reverse

from common.middleware import ContentPolicyMiddleware
from tests.factories.partners import SessionFactory
from tests.reading import text_of


def test_who_comes_back_to_the_address_of_a_button_reads_that_nothing_was_changed(client, cast):
    """As after signing in again: the address takes what a button sends, and nothing else."""
    session = SessionFactory(host=cast.police, planned_by=cast.tess)
    answer = client.signed_in(cast.pat).get(reverse("partners:hold", args=[session.pk]))

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "the button was not pressed" in text_of(answer)
    assert answer["Cache-Control"] == "no-store, private"


@override_settings(CONTENT_SECURITY_POLICY={"DIRECTIVES": {"default-src": ["'self'"], "img-src": ["'none'"]}})
def test_the_content_policy_is_that_of_the_settings_and_what_a_view_asks_for_beside_it(rf):
    answer = csp_update({"img-src": ["data:"]})(lambda request: HttpResponse())
    own = HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    usual, more, its_own = (
        ContentPolicyMiddleware(view)(rf.get("/"))["Content-Security-Policy"]
        for view in (lambda request: HttpResponse(), answer, lambda request: own)
    )

    assert set(usual.split("; ")) == {"default-src 'self'", "img-src 'none'"}
    assert "data:" in more
    assert its_own == "sandbox"


def test_the_content_policy_follows_the_settings(rf, settings):
    middleware = ContentPolicyMiddleware(lambda request: HttpResponse())
    first = middleware(rf.get("/"))["Content-Security-Policy"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"default-src": ["'none'"]}}

    assert middleware(rf.get("/"))["Content-Security-Policy"] == "default-src 'none'" != first
