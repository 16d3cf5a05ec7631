"""Live gaps: a review that finds somebody at risk tells the supervisors the same day, and nothing takes it back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from grading import queries as home
from grading.models import IncidentReview, LiveGap, LiveGapCorrection, LiveGapReading, SampledIncident
from grading.queries import dip_samples as samples
from grading.queries.live_gaps import supervisors_of, would_lose_review
from grading.services import live_gaps, reviews
from jobs import services as jobs
from jobs.models import Job
from tests.conftest import CarefulClient
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.dip_samples import WHY as WHY_OF_FACTORY
from tests.factories.dip_samples import (
    DipSampleFactory,
    IncidentReviewFactory,
    LiveGapFactory,
    SampledIncidentFactory,
)
from tests.factories.referrals import IncidentFactory
from tests.people import NOW, Cast

WHY = "LEAKED-WHY: the fictitious child was alone at night and nobody was told."
DONE = "LEAKED-DONE: rang the hub and asked for a visit."
OUTCOME = "A patrol called at four; the aunt is there, and a PPN was sent."
AT_RISK = {"required": "YES", "required_types": ["CHILD"], "why": WHY, "live_gap_action": DONE}
NOBODY = {"required": "NO", "why": "All were well and nobody was worried about anybody."}


def sampled_of(cast: Cast, *, twice: bool = False) -> SampledIncident:
    """An incident of the response team in a sample of two, reviewed once, or the one that is reviewed twice."""
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam, size=2, seed="seven")
    for position in (1, 2):
        incident = IncidentFactory(force=cast.police, district=cast.district, officer=cast.olu, team=cast.response_team)
        SampledIncidentFactory(sample=sample, incident=incident, position=position)
    chosen = samples.reviewed_twice(sample)
    return sample.incidents.get(pk__in=chosen) if twice else sample.incidents.exclude(pk__in=chosen).get()


def review(sampled: SampledIncident, by: User, **findings: Any) -> IncidentReview:
    return reviews.record_review(sampled_id=sampled.pk, by=by, **{"at": NOW} | AT_RISK | findings)


def mails(outbox: list[Any]) -> list[Any]:
    """Run what was queued about live gaps; what was sent since."""
    for job in Job.objects.filter(task__endswith="_live_gap").unfinished():
        jobs.run(job_id=job.pk, at=NOW)
    return outbox


# --- raised with the review -----------------------------------------------------------------------------------------------


def test_a_review_that_finds_somebody_at_risk_raises_a_live_gap_due_the_same_day(cast):
    found = review(sampled_of(cast), cast.rae)

    gap = LiveGap.objects.get()
    assert (gap.review, gap.sampled, gap.force) == (found, found.sampled, cast.police)
    assert (gap.what, gap.done_at_once, gap.raised_by, gap.raised_at) == (WHY, DONE, cast.rae, NOW)
    assert gap.due_at == datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    assert gap.is_open
    entry = Entry.objects.get(what="grading.live_gap_raised")
    assert (entry.actor_id, entry.object_id, entry.details) == (
        str(cast.rae.pk),
        str(gap.pk),
        {"review": str(found.pk)},
    )


@pytest.mark.parametrize(
    ("raised", "due"),
    [
        (datetime(2026, 7, 1, 22, 59, tzinfo=UTC), datetime(2026, 7, 1, 23, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 23, 1, tzinfo=UTC), datetime(2026, 7, 2, 23, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 0, 0, tzinfo=UTC)),
    ],
    ids=["a minute to midnight in London", "a minute past it", "the day of 25 hours"],
)
def test_the_day_is_the_day_in_london(cast, raised, due):
    review(sampled_of(cast), cast.rae, at=raised)

    assert LiveGap.objects.get().due_at == due


def test_a_review_that_finds_nobody_at_risk_raises_nothing(cast):
    review(sampled_of(cast), cast.rae, live_gap_action=" ")

    assert not LiveGap.objects.exists()
    assert not Job.objects.filter(task__contains="live_gap").exists()


def test_a_review_whose_gap_cannot_be_raised_is_not_kept(cast, monkeypatch):
    sampled = sampled_of(cast)

    def fail(**_: object) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr("grading.services.live_gaps.audit.record", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        review(sampled, cast.rae)

    assert not IncidentReview.objects.exists()
    assert not LiveGap.objects.exists()


def test_correcting_the_review_takes_nothing_back(cast):
    sampled = sampled_of(cast)
    review(sampled, cast.rae)
    gap = LiveGap.objects.get()

    review(sampled, cast.rae, **NOBODY, required_types=[], live_gap_action="", at=NOW + timedelta(hours=1))

    again = LiveGap.objects.get()
    assert again.is_open
    assert (again.pk, again.what, again.done_at_once) == (gap.pk, WHY, DONE)


def test_saying_it_again_raises_no_second_one_while_the_first_is_open(cast):
    sampled = sampled_of(cast)
    review(sampled, cast.rae)
    review(sampled, cast.rae, live_gap_action="Rang again.")
    review(sampled, cast.rae, live_gap_action="")
    review(sampled, cast.rae)
    assert LiveGap.objects.count() == 1

    live_gaps.close_live_gap(gap_id=LiveGap.objects.get().pk, outcome=OUTCOME, by=cast.sam, at=NOW)
    review(sampled, cast.rae, live_gap_action="Rang once more.")
    assert LiveGap.objects.count() == 1
    review(sampled, cast.rae, live_gap_action="")
    review(sampled, cast.rae, live_gap_action="There is a new call from the house.")
    assert [gap.is_open for gap in LiveGap.objects.order_by("raised_at", "closed_at")] == [False, True]


# --- who is told ----------------------------------------------------------------------------------------------------------


def test_the_supervisors_of_the_force_get_a_link_and_nothing_of_the_case(cast, mailoutbox):
    UserFactory(email="other@example.org", agency=AgencyFactory(kind="POLICE"), roles=["MASH_SUPERVISOR"])
    sampled = sampled_of(cast)
    review(sampled, cast.rae)

    (mail,) = mails(mailoutbox)

    gap = LiveGap.objects.get()
    assert mail.to == ["sam@example.org"]
    assert gap.get_absolute_url() in mail.body
    told = f"{mail.subject} {mail.body}"
    for word in ("LEAKED", sampled.incident.number, "Olu", "Rae", cast.district.name, str(sampled.pk)):
        assert word not in told


def test_a_gap_that_was_closed_before_the_mail_went_out_needs_none(cast, mailoutbox):
    review(sampled_of(cast), cast.rae)
    live_gaps.close_live_gap(gap_id=LiveGap.objects.get().pk, outcome=OUTCOME, by=cast.sam, at=NOW)

    assert mails(mailoutbox) == []


def test_who_has_left_is_not_told_and_the_shared_mailbox_is(cast):
    cast.police.mailbox = "mash@example.org"
    cast.police.save()
    cast.sam.role_grants.update(ends_on=date(2021, 1, 1))

    assert supervisors_of(cast.police, on=NOW.date()) == ["mash@example.org"]


# --- the second reviewer stays blind --------------------------------------------------------------------------------------


def test_supervisors_see_the_gap_of_a_first_review_at_once_and_the_second_reviewer_stays_blind(client, cast):
    sampled = sampled_of(cast, twice=True)
    review(sampled, cast.rae)
    gap = LiveGap.objects.get()
    client.signed_in(cast.sam)

    listed = client.get(reverse("grading:live_gaps")).content.decode()
    asked = client.get(gap.get_absolute_url()).content.decode()

    assert gap.get_absolute_url() in listed
    for page in (listed, asked, client.get(sampled.review_url).content.decode()):
        assert "LEAKED" not in page
    assert sampled.incident.number not in listed + asked
    assert would_lose_review(gap, cast.sam)
    assert not Entry.objects.filter(what="grading.live_gap_read").exists()


def test_who_reads_it_leaves_the_second_review_to_somebody_else(client, cast):
    sampled = sampled_of(cast, twice=True)
    review(sampled, cast.rae)
    gap = LiveGap.objects.get()
    client.signed_in(cast.sam)

    page = client.post(reverse("grading:live_gap_read", args=[gap.pk]), follow=True).content.decode()

    assert WHY in page
    assert list(LiveGapReading.objects.values_list("gap", "reader")) == [(gap.pk, cast.sam.pk)]
    with pytest.raises(reviews.CannotReview, match="read what its first reviewer raised"):
        review(sampled, cast.sam)
    (state,) = [one for one in samples.review_states(sampled.sample, cast.sam) if one.sampled == sampled]
    assert not state.waits_for_me
    third = UserFactory(agency=cast.police, roles=["DIP_SAMPLE_REVIEWER"])
    assert review(sampled, third, **NOBODY, required_types=[], live_gap_action="").reviewer_number == 2


def test_reading_costs_nobody_a_review_that_they_have_given_or_cannot_give(cast):
    once = sampled_of(cast)
    review(once, cast.rae)
    gap = LiveGap.objects.get()
    live_gaps.read_live_gap(gap_id=gap.pk, by=cast.sam, at=NOW)
    live_gaps.read_live_gap(gap_id=gap.pk, by=cast.rae, at=NOW)

    assert not LiveGapReading.objects.exists()
    assert {
        entry.details["gives_up_second_review"] for entry in Entry.objects.filter(what="grading.live_gap_read")
    } == {False}
    assert set(Entry.objects.filter(what="grading.live_gap_read").values_list("object_id", flat=True)) == {
        str(once.incident_id)
    }


def test_nobody_closes_unread_what_they_could_still_review(client, cast):
    sampled = sampled_of(cast, twice=True)
    review(sampled, cast.rae)
    gap = LiveGap.objects.get()

    with pytest.raises(live_gaps.CannotClose, match="Read the live gap"):
        live_gaps.close_live_gap(gap_id=gap.pk, outcome=OUTCOME, by=cast.sam, at=NOW)
    page = client.signed_in(cast.sam).post(gap.get_absolute_url(), {"outcome": OUTCOME})
    assert page.status_code == 422
    assert "LEAKED" not in page.content.decode()


# --- closing --------------------------------------------------------------------------------------------------------------


def test_a_supervisor_closes_it_with_what_was_done(cast):
    gap = LiveGapFactory(review=IncidentReviewFactory(sampled=sampled_of(cast), outcome="MISSING", live_gap=True, live_gap_action=DONE))  # fmt: skip
    at = gap.raised_at + timedelta(hours=1)

    live_gaps.close_live_gap(gap_id=gap.pk, outcome=f"  {OUTCOME} ", by=cast.sam, at=at)
    live_gaps.close_live_gap(gap_id=gap.pk, outcome=OUTCOME, by=cast.sam, at=at + timedelta(days=3))

    gap.refresh_from_db()
    assert (gap.outcome, gap.closed_by, gap.closed_at) == (OUTCOME, cast.sam, at)
    entry = Entry.objects.get(what="grading.live_gap_closed")
    assert (entry.actor_id, entry.object_id, entry.details) == (str(cast.sam.pk), str(gap.pk), {"is_late": False})
    with pytest.raises(live_gaps.CannotClose, match="closed already"):
        live_gaps.close_live_gap(gap_id=gap.pk, outcome="Something quite different was done.", by=cast.sam, at=NOW)


def test_an_outcome_that_says_too_little_closes_nothing(cast):
    review(sampled_of(cast), cast.rae)

    with pytest.raises(live_gaps.CannotClose, match="at least 20 characters"):
        live_gaps.close_live_gap(gap_id=LiveGap.objects.get().pk, outcome=f"Done.{' ' * 30}", by=cast.sam, at=NOW)
    assert LiveGap.objects.get().is_open


@pytest.mark.parametrize("name", ["rae", "mina", "leda", "ana", "olu", "pat", "ada"])
def test_only_a_supervisor_of_the_force_closes_it(cast, name):
    review(sampled_of(cast), cast.rae)

    with pytest.raises(live_gaps.CannotClose, match="Only a MASH supervisor"):
        live_gaps.close_live_gap(gap_id=LiveGap.objects.get().pk, outcome=OUTCOME, by=getattr(cast, name), at=NOW)


def test_a_supervisor_of_another_force_neither_reads_nor_closes_it(cast):
    review(sampled_of(cast), cast.rae)
    other = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["MASH_SUPERVISOR"])
    gap = LiveGap.objects.get()

    with pytest.raises(live_gaps.CannotRead):
        live_gaps.read_live_gap(gap_id=gap.pk, by=other, at=NOW)
    with pytest.raises(live_gaps.CannotClose, match="Only a MASH supervisor"):
        live_gaps.close_live_gap(gap_id=gap.pk, outcome=OUTCOME, by=other, at=NOW)


def test_what_was_done_is_asked_beside_the_field(client, cast):
    review(sampled_of(cast), cast.rae)
    gap = LiveGap.objects.get()
    client.signed_in(cast.sam)

    page = client.post(gap.get_absolute_url(), {"outcome": "Done."})

    assert page.status_code == 422
    assert page.context["form"].errors == {"outcome": ["Say what was done in at least 20 characters"]}
    assert LiveGap.objects.get().is_open
    response = client.post(gap.get_absolute_url(), {"outcome": OUTCOME})
    assert response["Location"] == reverse("grading:live_gaps")
    closed = client.get(reverse("grading:live_gaps") + "?show=closed").content.decode()
    assert gap.get_absolute_url() in closed
    assert OUTCOME in client.get(gap.get_absolute_url()).content.decode()


def test_the_page_says_what_the_review_says_now(client, cast):
    sampled = sampled_of(cast)
    review(sampled, cast.rae)
    review(sampled, cast.rae, **NOBODY, required_types=[], live_gap_action="")

    page = client.signed_in(cast.sam).get(LiveGap.objects.get().get_absolute_url()).content.decode()

    assert WHY in page
    assert "nobody is at risk" in page


# --- on the home page and in the list -------------------------------------------------------------------------------------


def gap_raised(cast: Cast, at: datetime, **fields: Any) -> LiveGap:
    sample = DipSampleFactory(
        force=cast.police, period_start=at.date().replace(day=1), period_end=at.date().replace(day=28)
    )
    found = IncidentReviewFactory(
        sampled=SampledIncidentFactory(sample=sample, incident=IncidentFactory(force=cast.police)),
        outcome="MISSING",
        live_gap=True,
        live_gap_action=DONE,
        reviewed_by=cast.rae,
        reviewed_at=at,
    )
    return LiveGapFactory(review=found, **fields)


def line_of(user: User, at: datetime) -> Any:
    return next((line for line in home.waiting_for(user, at=at) if "live gap" in line.title), None)


def test_a_supervisors_home_page_counts_the_open_ones_and_says_when_one_is_late(cast):
    assert line_of(cast.sam, NOW) is None
    gap_raised(cast, NOW - timedelta(days=60), closed=True)
    gap = gap_raised(cast, NOW)

    line = line_of(cast.sam, NOW)
    assert (line.count, line.title, line.is_late) == (1, "live gap: somebody may be at risk", False)
    assert line_of(cast.sam, gap.due_at).is_late
    gap_raised(cast, NOW - timedelta(days=30))
    assert (line_of(cast.sam, NOW).title, line_of(cast.sam, NOW).count) == ("live gaps: somebody may be at risk", 2)
    assert line_of(cast.rae, NOW) is None


def test_the_list_shows_overdue_ones_first_and_marked(client, cast):
    today = gap_raised(cast, datetime.now(UTC))
    late = gap_raised(cast, NOW - timedelta(days=900))
    later = gap_raised(cast, NOW - timedelta(days=800))
    gap_raised(cast, NOW - timedelta(days=700), closed=True)
    LiveGapFactory()  # of another force

    page = client.signed_in(cast.sam).get(reverse("grading:live_gaps"))

    assert page.context["lines"] == [(late, True), (later, True), (today, False)]
    assert page.content.decode().count("govuk-tag--red") == 2


def test_a_reviewer_sees_what_became_of_their_own_and_no_others(client, cast):
    mine = gap_raised(cast, NOW)
    other = gap_raised(cast, NOW - timedelta(days=60), raised_by=cast.sam)
    client.signed_in(cast.rae)

    assert [gap for gap, _ in client.get(reverse("grading:live_gaps")).context["lines"]] == [mine]
    assert client.get(other.get_absolute_url()).status_code == 404


# --- what the database refuses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"what": ""}, "live_gap_says_what_is_wrong_and_what_was_done"),
        ({"done_at_once": ""}, "live_gap_says_what_is_wrong_and_what_was_done"),
        ({"due_at": NOW - timedelta(days=900)}, "live_gap_is_due_after_it_was_raised"),
        ({"outcome": OUTCOME}, "live_gap_closed_says_who_when_and_what_was_done"),
        ({"closed": True, "outcome": "short".ljust(30)}, "live_gap_closed_says_who_when_and_what_was_done"),
        ({"closed": True, "closed_by": None}, "live_gap_closed_says_who_when_and_what_was_done"),
        (
            {"closed": True, "closed_at": NOW - timedelta(days=900)},
            "live_gap_closed_says_who_when_and_what_was_done",
        ),
    ],
)
def test_the_database_refuses_a_gap_that_contradicts_itself(db, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LiveGapFactory(**fields)


def test_the_database_holds_one_open_gap_of_a_review_and_one_reading_of_a_person(db):
    gap = LiveGapFactory()
    with pytest.raises(IntegrityError, match="live_gap_one_open_per_review"), transaction.atomic():
        LiveGapFactory(review=gap.review)
    LiveGapFactory(review=gap.review, closed=True)
    LiveGapReading.objects.create(gap=gap, reader=gap.raised_by, read_at=NOW)
    with pytest.raises(IntegrityError, match="live_gap_reading_one_per_reader"), transaction.atomic():
        LiveGapReading.objects.create(gap=gap, reader=gap.raised_by, read_at=NOW)


@pytest.mark.parametrize("field", ["what", "done_at_once", "raised_at", "due_at"])
def test_the_database_keeps_what_was_raised(db, field):
    gap = LiveGapFactory()

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        LiveGap.objects.update(**{field: NOW if field.endswith("_at") else "Something else."})
    gap.refresh_from_db()
    assert getattr(gap, field) != NOW


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"what": ""}, "live_gap_correction_says_what_is_wrong"),
        ({"number": 0}, "live_gap_correction_numbers_begin_at_one"),
        ({"number": 1}, "live_gap_correction_numbered_once"),
    ],
)
def test_the_database_refuses_a_correction_that_cannot_be(db, fields, constraint):
    gap = LiveGapFactory()
    words = {"gap": gap, "what": WHY, "corrected_at": NOW, "corrected_by": gap.raised_by}
    LiveGapCorrection.objects.create(number=1, **words)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LiveGapCorrection.objects.create(**{"number": 2} | words | fields)


def test_the_database_keeps_corrections_as_they_were(db):
    gap = LiveGapFactory()
    LiveGapCorrection.objects.create(gap=gap, number=1, what=WHY, corrected_at=NOW, corrected_by=gap.raised_by)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        LiveGapCorrection.objects.update(what="Other words, and enough of them to be words.")


def test_the_database_keeps_what_was_closed(db):
    LiveGapFactory(closed=True)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        LiveGap.objects.update(closed_at=None, closed_by=None, outcome="")


# --- what it costs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_live_gaps_query_count_is_flat(client: CarefulClient, cast, count, django_assert_num_queries):
    for number in range(count):
        gap_raised(cast, NOW - timedelta(days=60 * number))
    client.signed_in(cast.sam)
    with django_assert_num_queries(5):
        assert len(client.get(reverse("grading:live_gaps")).context["lines"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_live_gap_query_count_is_flat(client: CarefulClient, cast, count, django_assert_num_queries):
    gaps = [gap_raised(cast, NOW - timedelta(days=60 * number)) for number in range(count)]
    IncidentReviewFactory(sampled=gaps[0].sampled, reviewer_number=2)
    client.signed_in(cast.sam)
    for number in range(1, count + 1):
        LiveGapCorrection.objects.create(
            gap=gaps[0], number=number, what=WHY, corrected_at=NOW, corrected_by=UserFactory(agency=cast.police)
        )
    with django_assert_num_queries(16):
        assert WHY_OF_FACTORY in client.get(gaps[0].get_absolute_url()).content.decode()
