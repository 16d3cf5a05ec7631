"""Disposal: everything that hangs on a referral goes, in the database and in the store; figures stay as they were; a hold wins.

The fullest referral there can be has a row of each kind with a marker in every text, so that what is forgotten is found.
"""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.storage import default_storage
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.urls import reverse

from accounts.models import IdempotentRequest, User
from audit import services as audit
from audit.models import Change, Entry
from audit.services import verify_chain
from grading.models import AgreedGrade, Departure, Grade, GradeDraft, IncidentReview, LiveGap, RoundItem
from insights import services
from insights.enums import BLOCKS, FATES, REMOVED, STAYS, WORDS
from insights.tasks import disposal
from insights.tasks.disposal import dispose, relations, remove_doomed_files
from jobs.models import Job
from jobs.services import run
from mail.models import Message
from referrals import services as referrals
from referrals.models import (
    DisposalCertificate,
    DoomedFile,
    LegalHold,
    Person,
    Referral,
    ReferralGroupObjectPermission,
    Relationship,
    RetentionReview,
    SecondLook,
    SecondReading,
    ThresholdDecision,
    Voiding,
)
from referrals.queries import years_after
from tests.factories.dip_samples import IncidentReviewFactory
from tests.factories.grading import (
    AssignmentFactory,
    GradeFactory,
    GradeFeedbackFactory,
    GradingRoundFactory,
    RoundItemFactory,
)
from tests.factories.referrals import PersonFactory
from tests.insights.full_referral import MARKER, Maker, places_of
from tests.people import Cast
from tests.permissions.retention import ended
from tests.races import at_once, while_another_waits
from tests.referrals.test_retention import CLOSED, NO_TO_ALL, NOW, REASON, ivo, run_nightly

__all__ = ["ivo"]

MARKED = f"{MARKER} and more words that somebody wrote."
PAGES_OF_A_ROUND = [
    "grading:round",
    "grading:round_agreement",
    "grading:round_report",
    "grading:round_themes",
    "grading:round_check_draw",
]


@pytest.fixture(autouse=True)
def _store(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def approved(cast: Cast, ivo: User, referral: Referral, *, at: datetime = NOW) -> RetentionReview:
    """Due by the clock, proposed by Iggy and approved by Ivo; the job waits."""
    run_nightly(at)
    review = RetentionReview.objects.get(referral=referral)
    asked = {"answers": NO_TO_ALL, "reason": REASON, "by": cast.iggy, "at": at, "also": []}
    referrals.propose_disposal(review_id=review.pk, **asked)
    return services.approve_disposal(review_id=review.pk, by=ivo, at=at)


# --- the list ---------------------------------------------------------------------------------------------------------


def test_somebody_has_decided_what_becomes_of_every_relation() -> None:
    found = {name for name, _model, _way in relations()}

    assert found - FATES.keys() == set(), "new relations: add them to insights/enums/fates.py"
    assert FATES.keys() - found == set(), "relations that are no more"


def test_every_text_of_what_stays_is_taken_out() -> None:
    stays = {name.rpartition(".")[0] for name in STAYS} | {label for label, _way in WORDS}
    taken = {(label, name) for (label, _way), names in WORDS.items() for name in names}
    short = {"ticket", "stratum", "incident_number"}
    texts = set()
    for _name, model, _way in relations():
        if model._meta.label in stays:
            for field in model._meta.concrete_fields:
                is_text = isinstance(field, models.TextField | models.JSONField | models.CharField)
                if is_text and not field.choices and field.name not in short:
                    texts.add((model._meta.label, field.name))
    # Marks by criterion are numbers.
    assert texts - taken == {("grading.Grade", "criteria")}


# --- everything goes --------------------------------------------------------------------------------------------------


def exactly(*, other: Referral, brother: Person, elsewhere: Person) -> dict[str, dict[str, Any]]:
    """By kind of record: what would otherwise stand in the way, or point at the referral itself."""
    return {
        "referrals.ReferralAccess": {"reason": "SHARED"},
        "referrals.ReferralLink": {"other": other, "removed_at": CLOSED},
        "referrals.Relationship": {"other": brother},
        "referrals.PersonMatch": {"other": elsewhere, "answer": "DIFFERENT"},
        "referrals.Voiding": {"kept": None},
        "referrals.LegalHold": {"lifted_at": CLOSED},
        "referrals.Challenge": {"state": "RESOLVED"},
        "referrals.EmergencyAccess": {"reviewed_at": CLOSED},
        "referrals.Conflict": {"state": "CLEARED"},
        "referrals.Restriction": {"lifted_at": CLOSED},
        "referrals.ThresholdDecision": {"pathway": "SIGNPOST", "return_reason": "", "level": 2},
    }


def fill(cast: Cast, referral: Referral) -> Maker:
    """A row of every kind, with the marker in every text."""
    maker = Maker(cast, referral, CLOSED)
    other = ended(cast, at=CLOSED)
    person = PersonFactory(referral=referral, given_names=MARKER, family_name=MARKER)
    brother = PersonFactory(referral=referral, given_names=MARKER, family_name=MARKER)
    elsewhere = PersonFactory(referral=other)
    maker.made[Person] = person
    maker.make_all(exactly(other=other, brother=brother, elsewhere=elsewhere))
    group = Group.objects.create(name="A fictitious group")
    allowed = Permission.objects.filter(content_type__app_label="referrals", content_type__model="referral").first()
    ReferralGroupObjectPermission.objects.create(group=group, permission=allowed, content_object=referral)
    Message.objects.create(
        kind="x", recipient="olu@example.org", subject=MARKED, reference=referral.reference, queued_at=CLOSED
    )
    IdempotentRequest.objects.create(
        user=cast.mina,
        key="a-fictitious-key",
        fingerprint="0" * 64,
        status=200,
        body={"id": str(referral.pk), "concern": MARKED},
        at=CLOSED,
    )
    return maker


def grade(cast: Cast, referral: Referral) -> RoundItem:
    """It was drawn, graded and agreed in a published round, decided a second time, and found by a dip sample."""
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="GRADING")
    item: RoundItem = RoundItemFactory(round=round, referral=referral, agreed=3, agreed_reason=MARKED)
    assignment = AssignmentFactory(item=item, grader=cast.gail)
    GradeFactory(assignment=assignment, overall=3, strength=MARKED, learning_point=MARKED, reason=MARKED)
    GradeDraft.objects.create(assignment=assignment, answers={"strength": MARKED}, version=1, saved_at=CLOSED)
    AgreedGrade.objects.create(item=item, number=1, grade=3, reason=MARKED, agreed_at=CLOSED, agreed_by=cast.sam)
    Departure.objects.create(
        item=item, grader=cast.pam, kind="REPLACED", reason=MARKED, left_at=CLOSED, recorded_by=cast.sam
    )
    round.state, round.published_at, round.published_by = "PUBLISHED", CLOSED, cast.sam
    round.assigned_at, round.assigned_by = CLOSED, cast.sam
    round.save()
    GradeFeedbackFactory(item=item, state="DISAGREED", learning_point=MARKED, disagreement=MARKED)
    look = SecondLook.objects.create(
        hub=cast.police,
        period_start=CLOSED.date(),
        period_end=CLOSED.date(),
        size=1,
        seed="a fixed seed",
        algorithm="tickets",
        frame_size=1,
        frame_digest="0" * 64,
        state="FINISHED",
        drawn_at=CLOSED,
        drawn_by=cast.sam,
        ended_at=CLOSED,
        ended_by=cast.sam,
    )
    decision = ThresholdDecision.objects.filter(referral=referral).first() or ThresholdDecision.objects.create(
        referral=referral,
        number=1,
        level=2,
        pathway="SIGNPOST",
        rationale=MARKED,
        decided_at=CLOSED,
        decided_by=cast.mina,
    )
    SecondReading.objects.create(
        look=look,
        referral=referral,
        decision=decision,
        position=1,
        ticket="0" * 64,
        reader=cast.sam,
        level=3,
        pathway="SIGNPOST",
        reason=MARKED,
        had_seen=False,
        recorded_at=CLOSED,
    )
    review = IncidentReviewFactory(why=MARKED, live_gap=True, live_gap_action=MARKED)
    review.forms_found.add(referral)
    LiveGap.objects.create(
        force=cast.police,
        sampled=review.sampled,
        review=review,
        what=MARKED,
        done_at_once=MARKED,
        raised_at=CLOSED,
        raised_by=cast.rae,
        due_at=CLOSED + timedelta(hours=5),
    )
    return item


def test_of_the_fullest_referral_no_word_is_left_in_any_table_and_no_file(cast: Cast, ivo: User) -> None:
    referral = ended(cast, at=CLOSED, why_another=MARKED, declaration=MARKED)
    maker = fill(cast, referral)
    review = approved(cast, ivo, referral)
    Referral.objects.filter(pk=referral.pk).update(occurrence_number=MARKER)  # one more change for the history
    before = places_of(MARKER)
    assert len(before) > 100
    assert {"audit_change.after", "referrals_referralwords.words"} <= set(before)
    assert len(maker.files) >= 2
    assert all(default_storage.exists(path) for path in maker.files)

    certificate = dispose(review.pk, at=NOW)

    assert certificate is not None
    remove_doomed_files(DoomedFile.objects.filter(certificate=certificate))
    assert places_of(MARKER) == []
    assert [path for path in maker.files if default_storage.exists(path)] == []
    assert not Referral.objects.filter(pk=referral.pk).exists()
    assert not Change.objects.filter(record_id=str(referral.pk)).exists()
    assert places_of(referral.reference) == []
    # Its id stands where the log and the certificate speak of it, in its job, and nowhere else.
    assert {place.split(".")[0] for place in places_of(str(referral.pk))} <= {
        "audit_entry",
        "referrals_disposalcertificate",
    }
    print(f"columns with the marker before: {len(before)}; rows that went: {sum(certificate.rows.values())}")


def test_where_figures_count_it_they_stay_as_they_were_without_a_word(cast: Cast, ivo: User) -> None:
    referral = ended(cast, at=CLOSED, risk_level=2)
    fill(cast, referral)
    item = grade(cast, referral)
    run_nightly(NOW)
    counted = list(RoundItem.objects.counted().values_list("round", "agreed_grade", "referral__risk_level"))
    written = list(grading_facts())
    review = approved(cast, ivo, referral)
    assert len(places_of(MARKER)) > 100

    certificate = dispose(review.pk, at=NOW)

    assert certificate is not None
    assert places_of(MARKER) == []
    assert places_of(referral.reference) == []
    assert list(RoundItem.objects.counted().values_list("round", "agreed_grade", "referral__risk_level")) == counted
    assert list(grading_facts()) == written
    left = Referral.objects.get(pk=referral.pk)
    assert (left.state, left.reference, left.types, left.risk_level, left.author) == (
        "DISPOSED",
        "",
        referral.types,
        2,
        cast.olu,
    )
    item.refresh_from_db()
    assert item.agreed_reason == Grade.objects.get().strength == AgreedGrade.objects.get().reason == REMOVED
    assert IncidentReview.objects.get().forms_found.get() == left
    reading = SecondReading.objects.select_related("decision").get()
    assert (reading.level, reading.decision.level, reading.reason, reading.decision.rationale) == (
        3,
        2,
        REMOVED,
        REMOVED,
    )
    assert certificate.kept["grading.RoundItem"] == 1
    assert "referrals.Referral" not in certificate.rows


def grading_facts() -> Iterator[Any]:
    yield from Grade.objects.values_list("overall", "submitted_at")
    yield from SecondReading.objects.standing().values_list("level", "decision__level")
    yield from IncidentReview.objects.values_list("required", "done", "in_time")


@pytest.mark.parametrize("who", ["olu", "lin", "mina", "sam", "pat", "iggy", "ada"])
def test_what_stays_for_figures_is_nobodys_to_open(cast: Cast, ivo: User, client: Any, who: str) -> None:
    referral = ended(cast, at=CLOSED)
    grade(cast, referral)
    dispose(approved(cast, ivo, referral).pk, at=NOW)

    signed_in = client.signed_in(getattr(cast, who))

    assert signed_in.get(reverse("referrals:detail", args=[referral.pk])).status_code == 404
    assert not Referral.objects.visible_to(getattr(cast, who)).filter(pk=referral.pk).exists()
    assert not Referral.objects.written_by(getattr(cast, who)).filter(pk=referral.pk).exists()


def test_pages_of_a_round_still_open_once_a_ppn_of_it_is_disposed_of(cast: Cast, ivo: User, client: Any) -> None:
    referral = ended(cast, at=CLOSED)
    item = grade(cast, referral)
    dispose(approved(cast, ivo, referral).pk, at=NOW)
    signed_in = client.signed_in(cast.sam)

    for name in PAGES_OF_A_ROUND:
        assert signed_in.get(reverse(name, args=[item.round_id])).status_code in (200, 405), name


# --- the certificate and the log --------------------------------------------------------------------------------------


def test_the_certificate_says_what_went_by_whom_and_nothing_of_it(
    cast: Cast, ivo: User, client: Any, settings: Any
) -> None:
    settings.BACKUPS_KEPT_DAYS = 35
    referral = ended(cast, at=CLOSED)
    PersonFactory(referral=referral, given_names="Quill", family_name="Featherstone")
    certificate = dispose(approved(cast, ivo, referral).pk, at=NOW)

    assert certificate is not None
    assert (certificate.referral_id, certificate.proposed_by, certificate.approved_by) == (
        referral.pk,
        cast.iggy,
        ivo,
    )
    assert (certificate.group, certificate.due_on, certificate.backups_until) == (
        4,
        date(2020, 3, 10),
        date(2020, 7, 6),
    )
    assert certificate.rows["referrals.Person"] == 1
    page = client.signed_in(cast.iggy).get(certificate.get_absolute_url()).content.decode()
    assert "6 July 2020" in page
    assert "Ivo Fictitious" in page
    assert not any(word in page for word in ("Quill", "Featherstone", referral.reference))
    (entry,) = Entry.objects.filter(what="referral.disposed")
    assert (entry.verb, entry.object_id, entry.actor_id) == ("DELETED", str(referral.pk), str(ivo.pk))
    assert "Quill" not in str(entry.details)


@pytest.mark.parametrize("statement", ["UPDATE {} SET files = 0", "DELETE FROM {}"])
def test_nobody_changes_or_removes_a_certificate(cast: Cast, ivo: User, statement: str) -> None:
    dispose(approved(cast, ivo, ended(cast, at=CLOSED)).pk, at=NOW)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("referrals_disposalcertificate"))


def test_the_log_of_what_is_gone_stays_and_its_chain_holds(cast: Cast, ivo: User) -> None:
    referral = ended(cast, at=CLOSED)
    review = approved(cast, ivo, referral)
    entries = set(Entry.objects.values_list("pk", flat=True))

    dispose(review.pk, at=NOW)
    while audit.chain_new_entries():
        pass

    assert entries < set(Entry.objects.values_list("pk", flat=True))
    assert verify_chain().first_break is None


# --- two people -------------------------------------------------------------------------------------------------------


def test_who_proposed_it_does_not_approve_it(cast: Cast) -> None:
    referral = ended(cast, at=CLOSED)
    run_nightly(NOW)
    review = RetentionReview.objects.get(referral=referral)
    asked = {"answers": NO_TO_ALL, "reason": REASON, "by": cast.iggy, "at": NOW, "also": []}
    referrals.propose_disposal(review_id=review.pk, **asked)

    with pytest.raises(referrals.CannotReviewRetention, match="You proposed this"):
        services.approve_disposal(review_id=review.pk, by=cast.iggy, at=NOW)

    assert not Job.objects.filter(task__contains="dispose_of_referral").exists()


def test_two_clicks_approve_once(cast: Cast, ivo: User) -> None:
    review = approved(cast, ivo, ended(cast, at=CLOSED))

    services.approve_disposal(review_id=review.pk, by=ivo, at=NOW)

    assert Job.objects.filter(task__contains="dispose_of_referral").count() == 1


def test_what_nobody_approved_the_database_lets_nobody_remove(cast: Cast, ivo: User) -> None:
    """The walls of grading hold against somebody who only says that this is a disposal."""
    item = grade(cast, ended(cast, at=CLOSED))
    run_nightly(NOW)
    review = RetentionReview.objects.get(referral=item.referral)

    for claimed in (str(review.pk), str(uuid.uuid4()), ""):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change_grades_claiming(claimed)


def change_grades_claiming(review: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('referrals.disposing', %s, true)", [review])
        cursor.execute("UPDATE grading_grade SET strength = ''")


# --- a hold wins ------------------------------------------------------------------------------------------------------


def test_a_hold_that_comes_before_the_job_wins(cast: Cast, ivo: User) -> None:
    referral = ended(cast, at=CLOSED)
    review = approved(cast, ivo, referral)
    place_hold(cast, referral)

    assert dispose(review.pk, at=NOW) is None
    assert Referral.objects.filter(pk=referral.pk).exists()
    review.refresh_from_db()
    assert (review.state, review.returned) == ("DUE", "A legal hold was placed.")


def place_hold(cast: Cast, referral: Referral, *, at: datetime = NOW) -> LegalHold:
    return referrals.place_hold(
        reference=referral.reference,
        reason="CIVIL",
        words="Case 3.",
        starts_on=at.date(),
        by=cast.iggy,
        at=at,
    )


def test_a_hold_wins_even_where_no_service_placed_it(cast: Cast, ivo: User) -> None:
    referral = ended(cast, at=CLOSED)
    review = approved(cast, ivo, referral)
    LegalHold.objects.create(
        referral=referral,
        agency=cast.police,
        reason="CIVIL",
        words="Put in by SQL.",
        starts_on=date(2020, 1, 1),
        placed_at=NOW,
        placed_by=cast.iggy,
    )

    assert dispose(review.pk, at=NOW) is None
    review.refresh_from_db()
    assert review.state == "DUE"
    assert "legal hold" in review.returned
    assert Entry.objects.filter(what="retention.disposal_stopped").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_hold_placed_while_the_job_waits_for_it_wins(cast: Cast, ivo: User) -> None:
    referral = ended(cast, at=CLOSED)
    review = approved(cast, ivo, referral)

    given = while_another_waits(lambda: place_hold(cast, referral), lambda: dispose(review.pk, at=NOW) or "nothing")

    assert given == "nothing"
    assert Referral.objects.filter(pk=referral.pk).exists()
    assert LegalHold.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_hold_that_comes_while_it_goes_is_told_that_it_is_gone(cast: Cast, ivo: User) -> None:
    referral = ended(cast, at=CLOSED)
    review = approved(cast, ivo, referral)

    given = while_another_waits(
        lambda: dispose(review.pk, at=NOW), lambda: place_hold(cast, referral), refusal=referrals.CannotHold
    )

    assert isinstance(given, referrals.CannotHold)
    assert not Referral.objects.filter(pk=referral.pk).exists()
    assert not LegalHold.objects.exists()
    assert DisposalCertificate.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_hold_and_disposal_at_once_leave_either_a_held_referral_or_a_certificate(cast: Cast, ivo: User) -> None:
    outcomes = []
    for _ in range(10):
        referral = ended(cast, at=CLOSED)
        review = approved(cast, ivo, referral)
        at_once(
            lambda review=review: dispose(review.pk, at=NOW),
            lambda referral=referral: place_hold(cast, referral),
            lambda review=review: dispose(review.pk, at=NOW),
            refusal=referrals.CannotHold,
        )
        is_there = Referral.objects.filter(pk=referral.pk).exists()
        is_held = LegalHold.objects.filter(referral_id=referral.pk).exists()
        certificates = DisposalCertificate.objects.filter(referral_id=referral.pk).count()
        assert (is_there, is_held, certificates) in {(True, True, 0), (False, False, 1)}
        outcomes.append(is_there)
    print(f"held: {sum(outcomes)}, disposed of: {len(outcomes) - sum(outcomes)}")


# --- what else stands in the way --------------------------------------------------------------------------------------


def test_it_waits_until_its_round_is_published(cast: Cast, ivo: User) -> None:
    referral = ended(cast, at=CLOSED)
    review = approved(cast, ivo, referral)
    RoundItemFactory(round=GradingRoundFactory(force=cast.police, state="GRADING"), referral=referral)

    assert dispose(review.pk, at=NOW) is None
    review.refresh_from_db()
    assert review.returned == "It is in a grading round that is not published yet."


def test_what_is_restricted_after_it_was_approved_stays(cast: Cast, ivo: User) -> None:
    referral = ended(cast, at=CLOSED)
    review = approved(cast, ivo, referral)
    referrals.restrict_referral(
        referral_id=referral.pk,
        reason="STAFF",
        words="A fictitious colleague.",
        is_hinted=False,
        people=[cast.sam],
        by=cast.sam,
        at=NOW,
    )

    assert dispose(review.pk, at=NOW) is None
    review.refresh_from_db()
    assert (review.state, review.returned) == ("DUE", "It is restricted to named people.")


def test_a_referral_waits_for_its_duplicate(cast: Cast, ivo: User) -> None:
    referral, duplicate = ended(cast, at=CLOSED), ended(cast, at=CLOSED)
    review = approved(cast, ivo, referral)
    Voiding.objects.create(
        referral=duplicate, reason="DUPLICATE", words="Twice.", kept=referral, voided_at=CLOSED, voided_by=cast.sam
    )
    assert BLOCKS == ["referrals.Voiding.kept"]

    assert dispose(review.pk, at=NOW) is None
    assert Referral.objects.filter(pk=referral.pk).exists()


# --- killed, and done twice -------------------------------------------------------------------------------------------


def test_the_job_disposes_once_and_then_removes_the_files(
    cast: Cast, ivo: User, django_capture_on_commit_callbacks: Any
) -> None:
    referral = ended(cast, at=CLOSED)
    maker = Maker(cast, referral, CLOSED)
    fill_files(maker)
    approved(cast, ivo, referral)
    for _ in range(3):
        for job in Job.objects.unfinished().filter(task__startswith="insights.tasks.disposal"):
            run(job_id=job.pk, at=job.due_at)

    certificate = DisposalCertificate.objects.get()
    assert (certificate.files, DoomedFile.objects.count()) == (len(maker.files), 0)
    assert [path for path in maker.files if default_storage.exists(path)] == []
    assert Entry.objects.filter(what="referral.disposed").count() == 1


def fill_files(maker: Maker) -> None:
    people = [PersonFactory(referral=maker.referral) for _ in range(2)]
    maker.make_all(exactly(other=ended(maker.cast, at=CLOSED), brother=people[0], elsewhere=people[1]))


class Killed(BaseException):
    """As a worker that is killed: nothing in the code expects it."""


@pytest.mark.parametrize("seed", range(6))
def test_killed_between_any_two_rows_it_is_as_if_it_had_not_begun(
    cast: Cast, ivo: User, seed: int, monkeypatch: Any
) -> None:
    referral = ended(cast, at=CLOSED)
    PersonFactory(referral=referral, given_names=MARKER)
    review = approved(cast, ivo, referral)
    before = places_of(MARKER)
    left = random.Random(seed).randint(1, 60)
    delete = disposal._delete

    def until_killed(rows: Any) -> int:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed
        return delete(rows)

    monkeypatch.setattr(disposal, "_delete", until_killed)
    with pytest.raises(Killed), transaction.atomic():
        dispose(review.pk, at=NOW)
    monkeypatch.undo()

    assert places_of(MARKER) == before
    assert not DisposalCertificate.objects.exists()
    assert dispose(review.pk, at=NOW) is not None
    assert places_of(MARKER) == []


def test_killed_between_two_files_whoever_comes_next_goes_on(cast: Cast, ivo: User, monkeypatch: Any) -> None:
    referral = ended(cast, at=CLOSED)
    maker = Maker(cast, referral, CLOSED)
    fill_files(maker)
    dispose(approved(cast, ivo, referral).pk, at=NOW)
    delete = default_storage.delete
    removed: list[str] = []

    def until_killed(path: str) -> None:
        delete(path)
        removed.append(path)
        raise Killed

    monkeypatch.setattr(default_storage, "delete", until_killed)
    with pytest.raises(Killed):
        services.remove_doomed_files()
    monkeypatch.undo()

    assert DoomedFile.objects.count() == len(maker.files), "a row goes after its file, never before"
    assert services.remove_doomed_files() == len(maker.files)
    assert [path for path in maker.files if default_storage.exists(path)] == []
    assert services.remove_doomed_files() == 0


def test_what_still_points_at_it_undoes_all(cast: Cast, ivo: User, monkeypatch: Any) -> None:
    """A kind of record that nobody thought of is an error of the job, never a referral half gone."""
    referral = ended(cast, at=CLOSED)
    Relationship.objects.create(
        person=PersonFactory(referral=referral), other=PersonFactory(referral=referral), kind="SIBLING"
    )
    review = approved(cast, ivo, referral)
    forgotten = [one for one in disposal._goes() if not one[0].startswith("referrals.Relationship")]
    monkeypatch.setattr(disposal, "_goes", lambda: forgotten)

    with pytest.raises(IntegrityError), transaction.atomic():
        dispose(review.pk, at=NOW)

    assert Referral.objects.filter(pk=referral.pk).exists()
    assert Person.objects.count() == 2


# --- eight years, against a model -------------------------------------------------------------------------------------


DEEDS = ["close", "close", "contact", "hold", "lift", "group", "review", "review", "review"]


@pytest.mark.parametrize("seed", range(40))
def test_over_the_years_what_goes_is_what_a_simple_model_says(cast: Cast, ivo: User, seed: int) -> None:
    """What people do, in an order that the seed decides. The model knows of a referral its last day, years and hold, no more."""
    rng = random.Random(seed)
    at = datetime(2014, 1, 1, 12, 0, tzinfo=UTC)
    model: dict[uuid.UUID, dict[str, Any]] = {}
    tried = gone = 0
    for number in range(30):
        at += timedelta(days=rng.randint(20, 330))
        known = [pk for pk, one in model.items() if not one["gone"]]
        deed = rng.choice(DEEDS) if known else "close"
        if deed == "close":
            referral = ended(cast, at=at, reference=f"PPN-{at:%Y}-{number:05}")
            model[referral.pk] = {"last": at.date(), "years": 6, "hold": None, "gone": False}
            continue
        pk = rng.choice(known)
        one = model[pk]
        if deed == "contact":
            Referral.objects.filter(pk=pk).update(changed_at=at)
            one["last"] = at.date()
        elif deed == "hold" and one["hold"] is None:
            one["hold"] = place_hold(cast, Referral.objects.get(pk=pk), at=at)
        elif deed == "lift" and one["hold"] is not None:
            referrals.lift_hold(hold_id=one["hold"].pk, reason="Over.", by=ivo, at=at)
            one["hold"] = None
        elif deed == "group":
            run_nightly(at)
            one["years"], group = rng.choice([(10, 2), (6, 3)])
            review = RetentionReview.objects.open().get(referral=pk)
            referrals.regroup_review(review_id=review.pk, group=group, reason="So it is.", by=ivo, at=at)
        elif deed == "review":
            run_nightly(at)
            for key in known:
                each = model[key]
                may_go = each["hold"] is None and years_after(each["last"], each["years"]) <= at.date()
                each["gone"] = try_to_dispose(key, cast, ivo, at)
                tried, gone = tried + 1, gone + each["gone"]
                assert each["gone"] is may_go, f"seed {seed}, {at:%d %B %Y}: {each}"
    for pk, one in model.items():
        assert Referral.objects.filter(pk=pk).exists() is not one["gone"]
        assert DisposalCertificate.objects.filter(referral_id=pk).exists() is one["gone"]
    print(f"seed {seed}: {len(model)} referrals, {tried} tried, {gone} gone")


def try_to_dispose(pk: uuid.UUID, cast: Cast, ivo: User, at: datetime) -> bool:
    """Whether two records managers and the job get it disposed of now."""
    review = RetentionReview.objects.open().get(referral=pk)
    try:
        asked = {"answers": NO_TO_ALL, "reason": REASON, "by": cast.iggy, "at": at, "also": []}
        referrals.propose_disposal(review_id=review.pk, **asked)
        services.approve_disposal(review_id=review.pk, by=ivo, at=at)
    except referrals.CannotReviewRetention:
        return False
    return dispose(review.pk, at=at) is not None
