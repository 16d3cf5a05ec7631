"""Reviewing sampled incidents: what is recorded, who may, the second reviewer, and what the database refuses."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from audit.models import Entry
from common.statistics.proportions import Proportion
from grading.models import DipSample, IncidentReview, SampledIncident
from grading.queries import dip_samples as queries
from grading.queries.compliance import figures_of
from grading.services import dip_samples, reviews, settling
from referrals.models import Referral
from tests.factories import parts as took_part
from tests.factories.accounts import AgencyFactory, TeamFactory, UserFactory
from tests.factories.dip_samples import DipSampleFactory, IncidentReviewFactory, SampledIncidentFactory
from tests.factories.referrals import IncidentFactory, ReferralFactory
from tests.people import NOW, Cast, make_cast

WHY = "The fictitious child was alone at night and nobody else was told."
NOT_NEEDED = {"required": "NO", "why": "All were well and nobody was worried about anybody."}
MISSING = {"required": "YES", "required_types": ["CHILD"], "why": WHY}


def sample_of(cast: Cast, count: int = 3, **incident: Any) -> DipSample:
    """A sample of so many incidents of the response team, of which one is reviewed twice."""
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam, size=count, seed="seven")
    facts = {
        "force": cast.police,
        "district": cast.district,
        "officer": cast.olu,
        "team": cast.response_team,
    } | incident
    for position in range(1, count + 1):
        SampledIncidentFactory(sample=sample, incident=IncidentFactory(**facts), position=position)
    return sample


def parts(sample: DipSample) -> tuple[list[SampledIncident], list[SampledIncident]]:
    """Those that are reviewed once, and those that are reviewed twice."""
    twice = queries.reviewed_twice(sample)
    listed = list(sample.incidents.in_order())
    return [one for one in listed if one.pk not in twice], [one for one in listed if one.pk in twice]


def review(sampled: SampledIncident, by: User, **findings: Any) -> IncidentReview:
    return reviews.record_review(sampled_id=sampled.pk, by=by, **{"at": NOW} | NOT_NEEDED | findings)


def state_of(sample: DipSample) -> str:
    return DipSample.objects.get(pk=sample.pk).state


def test_a_review_keeps_what_was_found_and_says_who_and_when(cast):
    once, _ = parts(sample_of(cast))
    ppn = ReferralFactory(author=cast.olu, incident=once[0].incident, types=["CHILD", "MISSING"])

    found = review(
        once[0],
        cast.rae,
        required="YES",
        required_types=["CHILD", "DOMESTIC_ABUSE"],
        forms_found=[ppn.pk],
        in_time=False,
        reason_missing="FORGOTTEN",
        why=f"  {WHY} ",
        live_gap_action="Rang the hub; a PPN went out at once.",
    )

    found.refresh_from_db()
    assert (found.reviewer_number, found.reviewed_by, found.reviewed_at, found.why) == (1, cast.rae, NOW, WHY)
    assert (found.required_types, found.found_types) == (["CHILD", "DOMESTIC_ABUSE"], ["CHILD", "MISSING"])
    assert (found.done, found.in_time, found.reason_missing, found.live_gap) == (False, False, "FORGOTTEN", True)
    assert list(found.forms_found.all()) == [ppn]
    assert found.status == "PARTIAL"
    entry = Entry.objects.get(what="grading.incident_reviewed")
    assert (entry.actor_id, entry.object_id) == (str(cast.rae.pk), str(once[0].pk))
    assert entry.details == {"number": 1, "status": "PARTIAL", "live_gap": True}


@pytest.mark.parametrize(
    ("findings", "status", "done"),
    [
        ({"required": "YES", "required_types": ["CHILD"], "found_elsewhere": ["CHILD"], "in_time": True}, "COMPLIANT", True),
        ({"required": "YES", "required_types": ["CHILD"], "found_elsewhere": ["HATE"], "in_time": True}, "MISSING", False),
        ({"required": "YES", "required_types": ["CHILD"]}, "MISSING", False),
        ({"required": "NO"}, "NOT_NEEDED", True),
        ({"required": "NO", "found_elsewhere": ["CHILD"], "in_time": True}, "OVER_SUBMITTED", True),
        ({"required": "UNCLEAR"}, "UNCLEAR", None),
    ],
)  # fmt: skip
def test_the_status_is_worked_out_and_never_typed(cast, findings, status, done):
    once, _ = parts(sample_of(cast))

    found = review(once[0], cast.sam, **findings)

    assert (found.status, found.done) == (status, done)


@pytest.mark.parametrize(
    ("findings", "message"),
    [
        ({"required": "YES"}, "Say which forms were needed"),
        ({"required": "PERHAPS"}, "not a valid choice"),
        ({"required": "YES", "required_types": ["WEATHER"]}, "not a valid choice"),
        ({"required": "NO", "found_elsewhere": ["CHILD"]}, "Say whether the form came in time"),
        ({"required": "NO", "reason_missing": "FORGOTTEN"}, "No form that was needed is missing"),
        ({"why": "Too short."}, "at least 30 characters"),
        ({"why": " " * 40}, "cannot be blank|at least 30 characters"),
    ],
)
def test_findings_that_cannot_be_right_are_refused_and_nothing_is_kept(cast, findings, message):
    sample = sample_of(cast)
    once, _ = parts(sample)

    with pytest.raises(reviews.CannotReview, match=message):
        review(once[0], cast.sam, **findings)
    assert (IncidentReview.objects.count(), state_of(sample)) == (0, "DRAWN")


def test_a_form_of_another_incident_is_refused(cast):
    once, _ = parts(sample_of(cast))
    other = ReferralFactory(author=cast.olu, incident=once[1].incident)

    with pytest.raises(reviews.CannotReview, match="does not belong to this incident"):
        review(once[0], cast.sam, **MISSING, forms_found=[other.pk], in_time=True)


def test_forms_are_found_by_link_and_by_number_of_the_same_force(cast):
    incident = IncidentFactory(force=cast.police, officer=cast.olu)
    number = {"occurrence_number": incident.number, "author": cast.olu}
    linked = ReferralFactory(incident=incident, submitted_at=incident.reported_at + timedelta(hours=9), author=cast.olu)
    before_import = ReferralFactory(submitted_at=incident.reported_at + timedelta(hours=2), **number)
    ReferralFactory(submitted_at=incident.reported_at + timedelta(days=40), **number)
    ReferralFactory(state="DRAFT", **number)
    ReferralFactory(kind="CPI", **number)
    ReferralFactory(occurrence_number=incident.number)  # of another force

    found = queries.forms_of(incident)

    assert [(one.referral, one.after) for one in found] == [
        (before_import, timedelta(hours=2)),
        (linked, timedelta(hours=9)),
    ]


# --- who may --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["olu", "lin", "mina", "gail", "pam", "leda", "ana", "ada", "out"])
def test_only_reviewers_of_the_force_review(cast, name):
    once, _ = parts(sample_of(cast))

    with pytest.raises(reviews.CannotReview, match="Only a reviewer of this force"):
        review(once[0], getattr(cast, name))


def test_a_reviewer_of_another_force_does_not(cast):
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["DIP_SAMPLE_REVIEWER"])
    once, _ = parts(sample_of(cast))

    with pytest.raises(reviews.CannotReview, match="Only a reviewer of this force"):
        review(once[0], stranger)


def attended(cast: Cast, reviewer: User) -> SampledIncident:
    return parts(sample_of(cast, officer=reviewer, team=None))[0][0]


def of_the_team(cast: Cast, reviewer: User) -> SampledIncident:
    return parts(sample_of(cast, team=reviewer.team))[0][0]


def attended_by_a_colleague(cast: Cast, reviewer: User) -> SampledIncident:
    return parts(sample_of(cast, officer=UserFactory(agency=cast.police, team=reviewer.team), team=None))[0][0]


def wrote_its_form(cast: Cast, reviewer: User) -> SampledIncident:
    sampled = parts(sample_of(cast))[0][0]
    ReferralFactory(author=reviewer, team=None, incident=sampled.incident)
    return sampled


def whose_team_wrote_its_form(cast: Cast, reviewer: User) -> SampledIncident:
    sampled = parts(sample_of(cast))[0][0]
    ReferralFactory(author=cast.olu, team=reviewer.team, incident=sampled.incident)
    return sampled


def reviewed_its_form(cast: Cast, reviewer: User) -> SampledIncident:
    sampled = parts(sample_of(cast))[0][0]
    took_part.reviews(ReferralFactory(author=cast.olu, incident=sampled.incident), reviewer)
    return sampled


def decided_on_its_form(cast: Cast, reviewer: User) -> SampledIncident:
    sampled = parts(sample_of(cast))[0][0]
    referral = ReferralFactory(author=cast.olu, state="DECIDED", incident=sampled.incident)
    referral.decisions.create(
        number=1, level=3, pathway="FAMILY_HELP", rationale="Because.", decided_at=NOW, decided_by=reviewer
    )
    return sampled


@pytest.mark.parametrize(
    "part_in",
    [
        attended,
        of_the_team,
        attended_by_a_colleague,
        wrote_its_form,
        whose_team_wrote_its_form,
        reviewed_its_form,
        decided_on_its_form,
    ],
)
def test_nobody_reviews_an_incident_in_whose_chain_they_or_their_team_stand(cast, part_in):
    reviewer = UserFactory(agency=cast.police, team=TeamFactory(agency=cast.police), roles=["DIP_SAMPLE_REVIEWER"])
    sampled = part_in(cast, reviewer)

    with pytest.raises(reviews.CannotReview, match="You or your team took part"):
        review(sampled, reviewer)
    assert review(sampled, cast.rae).reviewer_number == 1


def test_a_reviewer_without_a_team_is_no_colleague_of_others_without_a_team(cast):
    once, _ = parts(sample_of(cast, officer=UserFactory(agency=cast.police), team=None))

    assert review(once[0], cast.rae).reviewed_by == cast.rae


# --- second reviews -------------------------------------------------------------------------------------------------------


def test_the_second_review_is_for_somebody_else_and_does_not_know_the_first(cast):
    sample = sample_of(cast)
    _, (chosen,) = parts(sample)
    review(chosen, cast.sam)

    sam, rae = (queries.review_states(sample, one)[chosen.position - 1] for one in (cast.sam, cast.rae))
    assert (sam.waits_for_me, [one.reviewed_by for one in sam.reviews]) == (False, [cast.sam])
    assert (rae.waits_for_me, rae.reviews, rae.counted) == (True, [], None)

    second = review(chosen, cast.rae, required="UNCLEAR")
    assert second.reviewer_number == 2
    both = [queries.review_states(sample, one)[chosen.position - 1].reviews for one in (cast.sam, cast.rae)]
    assert [[one.reviewer_number for one in listed] for listed in both] == [[1, 2], [1, 2]]


def test_nobody_reviews_an_incident_whose_reviews_are_in(cast):
    sample = sample_of(cast)
    once, (chosen,) = parts(sample)
    third = UserFactory(agency=cast.police, roles=["DIP_SAMPLE_REVIEWER"])
    review(once[0], cast.sam)
    review(chosen, cast.sam)
    review(chosen, cast.rae)

    for sampled, person in ((once[0], cast.rae), (chosen, third)):
        with pytest.raises(reviews.CannotReview, match="has been reviewed already"):
            review(sampled, person)
    assert IncidentReview.objects.count() == 3


def test_a_review_may_be_corrected_by_who_made_it_until_publication(cast):
    sample = sample_of(cast, count=1)
    extra = SampledIncidentFactory(
        sample=sample,
        position=2,
        incident=IncidentFactory(force=cast.police, officer=cast.olu, team=cast.response_team),
    )
    once, (chosen,) = parts(sample)
    first = review(once[0], cast.sam)
    again = review(once[0], cast.sam, at=NOW + timedelta(hours=1), **MISSING)

    assert (again.pk, again.status, again.reviewed_at) == (first.pk, "MISSING", NOW + timedelta(hours=1))
    assert Entry.objects.filter(what="grading.review_corrected").count() == 1
    for person in (cast.sam, cast.rae):
        review(chosen, person)
    assert state_of(sample) == "REVIEWED"
    assert review(once[0], cast.sam).status == "NOT_NEEDED"
    assert state_of(sample) == "REVIEWED"
    dip_samples.publish_sample(sample_id=sample.pk, by=cast.sam, at=NOW)
    with pytest.raises(reviews.CannotReview, match="published"):
        review(once[0], cast.sam, **MISSING)
    assert extra.sample_id == sample.pk


def test_both_reviews_stay_once_both_are_in(cast):
    _, (chosen,) = parts(sample_of(cast))
    review(chosen, cast.sam)
    review(chosen, cast.rae)

    with pytest.raises(reviews.CannotReview, match="Both reviews of this incident are in"):
        review(chosen, cast.sam, **MISSING)


def test_the_same_review_again_changes_nothing(cast):
    once, _ = parts(sample_of(cast))
    ppn = ReferralFactory(author=cast.olu, incident=once[0].incident)
    findings = MISSING | {"forms_found": [ppn.pk], "in_time": True}
    first = review(once[0], cast.sam, **findings)

    again = review(once[0], cast.sam, at=NOW + timedelta(hours=1), **findings)

    assert (again.pk, again.reviewed_at) == (first.pk, NOW)
    assert Entry.objects.filter(what__startswith="grading.").count() == 1


# --- from the first to the last -------------------------------------------------------------------------------------------


def test_the_first_review_opens_the_sample_and_the_last_one_completes_it(cast):
    sample = sample_of(cast)
    once, (chosen,) = parts(sample)
    states = [state_of(sample)]
    for sampled, person in ((once[0], cast.sam), (once[1], cast.rae), (chosen, cast.rae), (chosen, cast.sam)):
        assert queries.reviews_left(sample) == 4 - len(states) + 1
        review(sampled, person, at=NOW + timedelta(hours=len(states)))
        states.append(state_of(sample))

    assert states == ["DRAWN", "IN_REVIEW", "IN_REVIEW", "IN_REVIEW", "REVIEWED"]
    assert DipSample.objects.get().reviewed_at == NOW + timedelta(hours=4)
    assert Entry.objects.filter(what="grading.dip_sample_all_reviewed").count() == 1


def test_the_figures_come_from_first_reviews_and_stay_the_same(cast):
    sample = sample_of(cast)
    once, (chosen,) = parts(sample)
    review(once[0], cast.sam, **MISSING)
    review(once[1], cast.sam, required="YES", required_types=["CHILD"], found_elsewhere=["CHILD"], in_time=False)
    review(chosen, cast.sam, required="NO", found_elsewhere=["CHILD"], in_time=True)
    review(chosen, cast.rae, **MISSING)

    figures = figures_of(sample)

    assert (figures.all.compliance, figures.all.late, figures.all.over_submission) == (
        Proportion(1, 2),
        Proportion(1, 2),
        Proportion(1, 1),
    )
    assert figures.agreement is not None
    assert figures.agreement.exact == Proportion(0, 1)
    third = UserFactory(agency=cast.police, roles=["DIP_SAMPLE_REVIEWER"])
    as_first = {"required": "NO", "found_elsewhere": ["CHILD"], "in_time": True, "why": WHY}
    settling.settle_incident(sampled_id=chosen.pk, by=third, at=NOW, **as_first)
    dip_samples.publish_sample(sample_id=sample.pk, by=cast.sam, at=NOW)
    assert figures_of(DipSample.objects.get()) == figures


def test_what_waits_on_the_home_page_is_what_the_sample_page_lists(cast):
    sample = sample_of(cast, 12)
    once, twice = parts(sample)
    review(once[0], cast.rae)
    review(twice[0], cast.sam)
    Referral.objects.filter(pk=ReferralFactory(author=cast.sam, incident=once[1].incident).pk).update(team=None)

    (line,) = [line for line in queries.waiting_for(cast.sam, at=NOW) if line.title == "incidents to review"]

    assert line.count == 12 - 3
    assert line.url == f"{sample.get_absolute_url()}?show=mine"
    assert sum(state.waits_for_me for state in queries.review_states(sample, cast.sam)) == 9
    assert [one.title for one in queries.waiting_for(cast.leda, at=NOW)] == []


def test_after_a_review_the_next_one_that_waits_comes_and_at_the_end_the_first_that_was_left_out(cast):
    sample = sample_of(cast, 5)
    listed = list(sample.incidents.in_order())

    def following(after: SampledIncident) -> SampledIncident | None:
        return queries.next_to_review(queries.review_states(sample, cast.sam), after=after)

    review(listed[1], cast.sam)
    assert following(listed[1]) == listed[2]
    for sampled in listed[2:]:
        review(sampled, cast.sam)
    assert following(listed[4]) == listed[0]
    review(listed[0], cast.sam)
    assert following(listed[0]) is None


def test_reading_an_incident_is_found_under_the_incident(cast):
    once, _ = parts(sample_of(cast))

    reviews.read_incident(sampled_id=once[0].pk, by=cast.rae, at=NOW)

    entry = Entry.objects.get(what="grading.incident_read")
    assert (entry.verb, entry.object_label, entry.object_id) == (
        "READ",
        "referrals.Incident",
        str(once[0].incident_id),
    )


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_the_same_moment_give_one_review_and_the_last_two_complete_the_sample_once():
    cast = make_cast()
    sample = sample_of(cast, 2)
    (once,), (chosen,) = parts(sample)
    review(chosen, cast.sam)

    def at_once(*jobs: tuple[SampledIncident, User]) -> list[str]:
        together, refusals = threading.Barrier(len(jobs)), []

        def work(sampled: SampledIncident, by: User) -> None:
            try:
                together.wait(timeout=10)
                review(sampled, by)
            except Exception as error:
                refusals.append(str(error))
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=job) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        return refusals

    third = UserFactory(agency=cast.police, roles=["DIP_SAMPLE_REVIEWER"])
    assert at_once((chosen, cast.rae), (once, cast.sam)) == []
    assert (state_of(sample), Entry.objects.filter(what="grading.dip_sample_all_reviewed").count()) == ("REVIEWED", 1)

    other = DipSampleFactory(force=cast.police, drawn_by=cast.sam, period_start="2026-01-01", period_end="2026-02-28")
    for position in (1, 2):
        SampledIncidentFactory(sample=other, position=position)
    (alone,), _ = parts(other)
    assert at_once((alone, cast.rae), (alone, third)) == ["This incident has been reviewed already."]
    assert alone.reviews.count() == 1


# --- what the database refuses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"reviewer_number": 3}, "incident_review_first_or_second"),
        ({"outcome": "MISSING", "required_types": []}, "incident_review_needed_says_which_forms"),
        ({"outcome": "NOT_NEEDED", "required_types": ["CHILD"]}, "incident_review_needed_says_which_forms"),
        ({"outcome": "UNCLEAR", "done": True}, "incident_review_done_is_known_unless_unclear"),
        ({"done": None}, "incident_review_done_is_known_unless_unclear"),
        ({"outcome": "MISSING", "in_time": True}, "incident_review_in_time_only_of_forms_found"),
        ({"reason_missing": "FORGOTTEN"}, "incident_review_reason_only_of_what_is_missing"),
        ({"outcome": "NOT_NEEDED", "reason_missing": "SYSTEM"}, "incident_review_reason_only_of_what_is_missing"),
        ({"why": f"{'short'.ljust(60)}"}, "incident_review_says_why"),
        ({"live_gap": True}, "incident_review_live_gap_says_what_was_done"),
        ({"live_gap_action": "Rang the hub."}, "incident_review_live_gap_says_what_was_done"),
    ],
)
def test_the_database_refuses_a_review_that_contradicts_itself(db, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        IncidentReviewFactory(**fields)


def test_the_database_refuses_two_reviews_with_one_number_or_by_one_person(db):
    first = IncidentReviewFactory()
    with pytest.raises(IntegrityError, match="incident_review_one_per_number"), transaction.atomic():
        IncidentReviewFactory(sampled=first.sampled)
    with pytest.raises(IntegrityError, match="incident_review_by_two_different_people"), transaction.atomic():
        IncidentReviewFactory(sampled=first.sampled, reviewer_number=2, reviewed_by=first.reviewed_by)


def test_the_rules_of_the_database_speak_to_people(db):
    wrong = IncidentReviewFactory.build(
        sampled=SampledIncidentFactory(), reviewed_by=UserFactory(), required="YES", why="Too short.", live_gap=True
    )

    with pytest.raises(ValidationError) as refused:
        wrong.validate_constraints()

    assert {
        "Say which forms were needed.",
        "Say why in at least 30 characters.",
        "Say what was done today for whoever may be at risk.",
    } <= set(refused.value.messages)
