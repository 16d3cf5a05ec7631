"""Pages of results over ten years against the same pages over the years of the demonstration data.

Each is measured against the bare view of 25 rows, whose cost depends on no year; the runner compares the two ratios. Ten years
of one force are sixty samples and forty rounds: copies, within a transaction that is taken back.
"""

from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from benchmarks.copying import copy_round, copy_sample, first_reviews
from benchmarks.measuring import CALLS_A_ROUND, SHORT_ROUNDS, compare, once_a_run
from benchmarks.queue_page import Peer
from grading.models import DipSample, GradingRound

YEARS = 10
# Ten times the rows may take a page so much longer, whose menus and charts are the same.
GROWTH_LIMIT = 3
PAGES = {
    "Grades over time": reverse("grading:trend"),
    "Compliance over time": reverse("grading:dip_sample_compliance"),
    "Results by type": reverse("grading:results_by") + "?by=TYPE",
}


@once_a_run
def main() -> None:
    """Measure, copy, measure again, take back."""
    supervisor = User.objects.get(email="supervisor@example.org")
    peer = Peer(User.objects.get(email="decision@example.org"))
    client = Client(SERVER_NAME="localhost")
    client.force_login(supervisor)
    with transaction.atomic():
        measure(client, peer)
        copy_ten_years(supervisor)
        measure(client, peer)
        transaction.set_rollback(True)


def measure(client: Client, peer: Peer) -> None:
    """Every page, at what there is now."""
    samples, rounds = DipSample.objects.published(), GradingRound.objects.published()
    size = f"{samples.count()} samples, {rounds.count()} rounds"
    for name, url in PAGES.items():
        assert client.get(url).status_code == 200

        def page(url: str = url) -> str:
            return client.get(url).content.decode()

        compare(
            f"{name} against a bare view",
            ours=page,
            peer=peer.page,
            size=size,
            calls=CALLS_A_ROUND,
            rounds=SHORT_ROUNDS,
            growth_limit=GROWTH_LIMIT,
            around_peer=peer.around,
        )


def copy_ten_years(supervisor: User) -> None:
    """Each published sample and round once for each of the years before that has none."""
    published = DipSample.objects.published().filter(force=supervisor.agency_id)
    samples = {sample.period_start.month: sample for sample in published.order_by("period_start")}.values()
    graded = GradingRound.objects.published().filter(force=supervisor.agency_id)
    rounds = {round.starts_on.month: round for round in graded.order_by("starts_on")}.values()
    oldest = DipSample.objects.filter(force=supervisor.agency_id).order_by("period_start").first()
    assert oldest is not None
    apart = max(sample.period_start.year for sample in samples) - oldest.period_start.year + 1
    for years_back in range(apart, apart + YEARS):
        for sample in samples:
            copy_sample(sample, first_reviews([sample]), years_back=years_back)
        for one in rounds:
            copy_round(one, years_back=years_back)


if __name__ == "__main__":
    main()
