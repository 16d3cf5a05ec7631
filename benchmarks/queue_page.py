"""The queue page, with everything that guards it, against a bare view that reads and shows the same 25 rows.

The bare view has no middleware: no session, no sign-in, no content policy, no request id, no counts, no filters, no
navigation. It gets the ids of the rows for nothing.
"""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.test.client import ClientHandler
from django.urls import path, reverse
from django.utils import timezone

from accounts.models import User
from benchmarks.measuring import CALLS_A_ROUND, SHORT_ROUNDS, compare
from common.paging import PAGE_SIZE
from referrals import queries
from referrals.models import Referral

LIMIT = 5
# Fewer referrals than that fill no page of the queue.
SMALLEST = 10_000
BARE_PAGE = """<!DOCTYPE html><html lang="en"><title>Queue</title><table>
{% for referral in referrals %}<tr><td>{{ referral.reference }}<td>{{ referral.get_risk_level_display }}<td>{{ referral.types|join:", " }}
<td>{{ referral.agency }}<td>{{ referral.district }}<td>{{ referral.submitted_at }}<td>{{ referral.due_at }}</tr>
{% endfor %}</table></html>"""
shown: list[Referral] = []


def bare(request: HttpRequest) -> HttpResponse:
    """The same rows by their ids."""
    ids = [referral.pk for referral in shown]
    found = Referral.objects.filter(pk__in=ids).select_related("district", "agency").order_by(*queries.QUEUE_ORDER)
    return HttpResponse(engines["django"].from_string(BARE_PAGE).render({"referrals": found}))


urlpatterns = [path("bare/", bare)]


class Peer:
    """The bare view, with a client of its own."""

    def __init__(self, user: User) -> None:
        shown[:] = queries.queue(user, at=timezone.now()).order_by(*queries.QUEUE_ORDER)[:PAGE_SIZE]
        assert len(shown) == PAGE_SIZE
        self.client = Client(SERVER_NAME="localhost")
        self.client.handler = ClientHandler()
        with override_settings(MIDDLEWARE=[]):
            self.client.handler.load_middleware()

    @staticmethod
    def around() -> override_settings:
        """The addresses that the bare view needs."""
        return override_settings(ROOT_URLCONF=__name__)

    def page(self) -> str:
        """The bare page."""
        return self.client.get("/bare/").content.decode()


def main() -> None:
    """Show that both sides give the same rows, then measure."""
    user = User.objects.get(email="decision@example.org")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("referrals:queue")

    peer = Peer(user)
    with peer.around():
        bare_page = peer.page()
    page = client.get(address).content.decode()
    assert [page.count(f">{row.reference}<") for row in shown] == [1] * PAGE_SIZE
    assert [bare_page.count(f"<td>{row.reference}<td>") for row in shown] == [1] * PAGE_SIZE

    compare(
        "Queue page against a bare view of the same 25 rows",
        ours=lambda: client.get(address),
        peer=peer.page,
        around_peer=peer.around,
        size=f"{Referral.objects.count():,} referrals",
        calls=CALLS_A_ROUND,
        rounds=SHORT_ROUNDS,
        limit=LIMIT,
        growth_limit=1.5,
    )


if __name__ == "__main__":
    main()
