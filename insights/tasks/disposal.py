"""Disposing of a referral: everything that hangs on it goes in one transaction that leaves a certificate; its files follow.

Killed at any moment the transaction is as if it had not begun, or done. Paths of files stand in a row of their own from that
transaction on until each file is gone, so that whoever comes next goes on with them.
"""

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import IdempotentRequest
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day, start_of_day
from common.references import new_reference
from grading.models import RoundItem
from insights.enums import DERIVED, FATES, LAST, REMOVED, WORDS, Fate
from insights.queries.retention import obstacles_to
from jobs.services import Lease, enqueue, follow_up
from mail.models import Message
from referrals import queries
from referrals.enums import ReferralState, RetentionMove, RetentionState
from referrals.models import (
    DisposalCertificate,
    DoomedFile,
    Referral,
    RetentionReview,
    SecondReading,
    Share,
    ThresholdDecision,
)
from referrals.services.retention import back_to_due, record

CERTIFICATE_PREFIX = "CD"
Relation = tuple[str, type[models.Model], str]


@follow_up()
def dispose_of_referral(*, lease: Lease, review_id: str) -> None:
    """Dispose of it, if two people still agree and nothing stands in the way by now; else the review is due again, with why."""
    with transaction.atomic():
        certificate = dispose(uuid.UUID(review_id), at=timezone.now())
        if certificate is not None:
            enqueue(remove_files_of_disposed, at=certificate.disposed_at, certificate_id=certificate.pk)
        lease.finish()


@follow_up()
def remove_files_of_disposed(*, lease: Lease, certificate_id: str) -> None:
    remove_doomed_files(DoomedFile.objects.filter(certificate=uuid.UUID(certificate_id)))


def remove_doomed_files(doomed: models.QuerySet[DoomedFile]) -> int:
    """Remove these files from the store, and return how many; the row of each goes once its file is gone. Twice does no harm."""
    removed = 0
    for one in doomed.order_by("pk"):
        default_storage.delete(one.path)
        removed += one.delete()[0]
    return removed


@transaction.atomic
def dispose(review_id: uuid.UUID, *, at: datetime) -> DisposalCertificate | None:
    """The certificate of what went, or None where nothing did. The referral is the lock, as it is of every hold."""
    asked = RetentionReview.objects.filter(pk=review_id).values_list("referral", flat=True).first()
    if asked is None or not Referral.objects.locked().filter(pk=asked).exists():
        return None
    review = RetentionReview.objects.select_related("referral").locked().get(pk=review_id)
    if review.state != RetentionState.APPROVED:
        return None
    reasons = obstacles_to(review, at=at)
    if reasons:
        back_to_due(review, RetentionMove.STOP, " ".join(reasons))
        record(review, "retention.disposal_stopped", by=None, at=at)
        return None

    referral, decided = (
        review.referral,
        (review.decided_at, review.decided_by_id, review.approved_at, review.approved_by_id),
    )
    proposed_at, proposed_by, approved_at, approved_by = decided
    # The constraints of an approved review say so.
    assert proposed_at and proposed_by and approved_at and approved_by  # noqa: S101, PT018 -- for the types
    _let_through(review)
    paths = _paths_of(referral)
    shares = list(Share.objects.filter(referral=referral).values_list("pk", flat=True))
    items = list(RoundItem.objects.filter(referral=referral).values_list("pk", flat=True))
    kept = _rows_that_stay(referral)
    rows = _remove_rows(referral)
    rows.update(_remove_what_names_it(referral))
    _take_words_out(referral)
    certificate = DisposalCertificate(
        number=new_reference(CERTIFICATE_PREFIX, london_day(at).year, length=8),
        referral_id=referral.pk,
        agency_id=review.agency_id,
        kind=referral.kind,
        group=review.group,
        rule=queries.rule_in_words(review.group),
        sent_on=london_day(referral.submitted_at or referral.created_at),
        last_contact_on=review.last_contact_on,
        due_on=review.due_on,
        proposed_at=proposed_at,
        proposed_by_id=proposed_by,
        approved_at=approved_at,
        approved_by_id=approved_by,
        disposed_at=at,
        kept=dict(sorted(kept.items())),
        files=len(paths),
        backups_until=_backups_until(at),
    )
    if kept:
        _leave_an_empty_row(referral)
    else:
        rows["referrals.Referral"] += _delete(Referral.objects.filter(pk=referral.pk))
    rows[RetentionReview._meta.label] += _delete(RetentionReview.objects.filter(referral=referral.pk))
    _check_that_nothing_points_at_it()
    rows["audit.Change"] += _forget_histories(referral.pk, shares, items)
    certificate.rows = {label: count for label, count in sorted(rows.items()) if count}
    certificate.save(force_insert=True)
    DoomedFile.objects.bulk_create(DoomedFile(certificate=certificate, path=path) for path in paths)
    audit.record(
        verb=Verb.DELETED,
        what="referral.disposed",
        at=at,
        actor=certificate.approved_by,
        subject=Referral(pk=certificate.referral_id),
        certificate=str(certificate.pk),
        proposed_by=str(certificate.proposed_by_id),
        group=certificate.group,
        rows=sum(certificate.rows.values()),
        files=certificate.files,
    )
    return certificate


def relations() -> Iterator[Relation]:
    """Every relation that leads to a referral, through however many others: its name, whose it is, and the way to the referral.

    What hangs on something comes before that something.
    """
    yield from _relations(Referral, "", set())


def _relations(model: type[models.Model], onwards: str, seen: set[str]) -> Iterator[Relation]:
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or isinstance(relation, models.ManyToManyRel):
            continue
        field, child = relation.field, relation.related_model
        name = f"{child._meta.label}.{field.name}"
        if name in seen:
            continue
        seen.add(name)
        way = f"{field.name}__{onwards}" if onwards else field.name
        yield from _relations(child, way, seen)
        yield name, child, way


def _goes() -> list[Relation]:
    """What goes, in the order in which it does; what follows from other rows by trigger after those."""
    found = [one for one in relations() if FATES[one[0]] == Fate.GOES and one[0] not in LAST]
    return sorted(found, key=lambda one: one[1]._meta.label in DERIVED)


def _let_through(review: RetentionReview) -> None:
    """What the database never lets anybody change it lets this transaction change: it looks at the review itself.

    Rows go in any order, and what points at what is looked at once, when all have gone.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SELECT set_config('referrals.disposing', %s, true)", [str(review.pk)])


def _paths_of(referral: Referral) -> list[str]:
    """Where the files of everything that goes are in the store."""
    found: set[str] = set()
    for _, model, way in _goes():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                rows = model._base_manager.filter(**{way: referral.pk}).exclude(**{field.name: ""})
                found.update(rows.values_list(field.name, flat=True))
    return sorted(found)


def _rows_that_stay(referral: Referral) -> Counter[str]:
    """How many rows of figures point at it, directly or not."""
    found: Counter[str] = Counter()
    for name, model, way in relations():
        if FATES[name] == Fate.STAYS:
            count = model._base_manager.filter(**{way: referral.pk}).distinct().count()
            if count:
                found[model._meta.label] = max(found[model._meta.label], count)
    return found


def _remove_rows(referral: Referral) -> Counter[str]:
    twice_decided = SecondReading.objects.filter(referral=referral).values("decision")
    removed: Counter[str] = Counter()
    for name, model, way in _goes():
        rows = model._base_manager.filter(**{way: referral.pk})
        if name == "referrals.ThresholdDecision.referral":
            rows = rows.exclude(pk__in=twice_decided)
        removed[model._meta.label] += _delete(rows)
    return removed


def _remove_what_names_it(referral: Referral) -> dict[str, int]:
    """What bears its reference or its id without pointing at it: that mail was sent, and answers kept for programs."""
    assert referral.reference, "whatever was sent has a reference; without one all mail would be meant"  # noqa: S101
    answers = IdempotentRequest.objects.annotate(words=Cast("body", TextField()))
    named = Q(words__contains=str(referral.pk)) | Q(words__contains=referral.reference)
    return {
        Message._meta.label: _delete(Message.objects.filter(reference=referral.reference)),
        IdempotentRequest._meta.label: _delete(answers.filter(named)),
    }


def _take_words_out(referral: Referral) -> None:
    for (label, way), names in WORDS.items():
        model = apps.get_model(label)
        rows = model._base_manager.filter(**{way: referral.pk})
        keys = list(rows.values_list("pk", flat=True))
        for name in names:
            is_json = isinstance(model._meta.get_field(name), models.JSONField)
            empty, instead = ({}, {}) if is_json else ("", REMOVED)
            model._base_manager.filter(pk__in=keys).exclude(**{name: empty}).update(**{name: instead})


def _leave_an_empty_row(referral: Referral) -> None:
    """For figures: which form by whom, about what kind of concern, on which day. No words, nobody, no number, no reference."""
    sent = start_of_day(london_day(referral.submitted_at or referral.created_at))
    Referral.objects.filter(pk=referral.pk).update(
        state=ReferralState.DISPOSED,
        reference="",
        version=1,
        saves={},
        incident=None,
        occurrence_number="",
        lawful_basis="",
        created_at=sent,
        changed_at=sent,
        submission_key=None,
        submitted_at=sent,
        declaration="",
        why_another="",
        reminded_at=None,
        due_at=None,
        assigned_to=None,
        closed_at=None,
        closed_by=None,
        is_guarded=False,
    )
    ThresholdDecision.objects.filter(referral=referral.pk).update(review_on=None, information_considered=[])


def _check_that_nothing_points_at_it() -> None:
    """Now and not at the end: where something still points at what went, all of this is undone, and the job says so."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _forget_histories(referral_id: uuid.UUID, shares: list[uuid.UUID], items: list[uuid.UUID]) -> int:
    records = [(Referral._meta.label, referral_id)]
    records += [(Share._meta.label, pk) for pk in shares]
    records += [(RoundItem._meta.label, pk) for pk in items]
    return sum(audit.forget_history(label=label, record_id=str(pk)) for label, pk in records)


def _backups_until(at: datetime) -> Any:
    return london_day(at) + timedelta(days=settings.BACKUPS_KEPT_DAYS) if settings.BACKUPS_KEPT_DAYS else None


def _delete(rows: models.QuerySet[Any]) -> int:
    """In one statement, without what Django would look for: every relation is in the list."""
    return int(rows._raw_delete(rows.db))  # type: ignore[attr-defined]
