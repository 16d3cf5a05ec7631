"""Referrals of long ago for the records managers of the demonstration: reviews at every stage, a hold, and one that is gone."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db.models import DateField, Exists, F, OuterRef, Value
from django.db.models.fields import DateTimeField
from django.db.models.functions import Cast

from accounts.models import User
from common.clock import start_of_day
from common.references import new_reference
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import Setting
from insights import services
from insights.enums import FATES, Fate
from insights.tasks.disposal import dispose, relations
from referrals import services as referrals
from referrals.enums import AccessReason, CriterionAnswer, FormKind, ReferralState, RetentionCriterion
from referrals.models import Cpi, Person, Referral, ReferralAccess, RetentionReview, Share
from referrals.services.lookup import remember_people

AGED = timedelta(days=12 * 365 + 3)
OLD_ONES = 6
REASON = "Nothing came of it, nobody was named, and nothing like it was reported since."


def make_retention(setting: Setting, *, seed: int) -> int:
    """Returns how many reviews are due, proposed or decided; every other referral that has ended has its day in the future."""
    random = Random(f"{seed} retention")
    at = start_of_day(setting.today)
    iggy, ivo = (User.objects.get(email=f"{name}@example.org") for name in ("governance", "records"))
    _grow_old(random)
    gone = _of_long_ago(setting, random, at=at)
    referrals.schedule_reviews(at=at)
    while referrals.let_reviews_fall_due(at=at):
        pass
    _dispose_of(gone, proposes=ivo, approves=iggy, at=at)
    due = list(RetentionReview.objects.awaiting().order_by("due_on", "pk"))
    if len(due) >= 4:
        proposed, retained, held = due[:3]
        referrals.propose_disposal(review_id=proposed.pk, **_said(ivo, at), also=[])
        referrals.retain_referral(review_id=retained.pk, **_said(iggy, at))
        referrals.place_hold(
            reference=held.referral.reference,
            reason="INQUIRY",
            words="Fictitious inquiry into reports of one street, letter of preservation.",
            starts_on=setting.today - timedelta(days=40),
            by=iggy,
            at=at,
        )
    return len(due)


def _said(by: User, at: datetime) -> dict[str, Any]:
    answers = {criterion.value: CriterionAnswer.NO.value for criterion in RetentionCriterion}
    return {"answers": answers, "reason": REASON, "by": by, "at": at}


def _grow_old(random: Random) -> None:
    """Move some CPI forms that were closed, and went to nobody, twelve years back with everything that hangs on them."""
    given = Share.objects.filter(referral=OuterRef("pk"))
    closed = Referral.objects.filter(~Exists(given), kind=FormKind.CPI, state=ReferralState.CLOSED)
    chosen = list(closed.order_by("submitted_at", "pk").values_list("pk", flat=True)[:OLD_ONES])
    for name, model, way in relations():
        if FATES[name] != Fate.GOES or way.count("__") or not chosen:
            continue
        columns = {
            field.name: Cast(F(field.name) - Value(AGED), field)
            for field in model._meta.concrete_fields
            if isinstance(field, DateField | DateTimeField)
        }
        if columns:
            model._base_manager.filter(**{f"{way}__in": chosen}).update(**columns)
    moments = ("created_at", "changed_at", "submitted_at", "due_at", "closed_at")
    Referral.objects.filter(pk__in=chosen).update(**{name: F(name) - Value(AGED) for name in moments})
    for referral in Referral.objects.filter(pk__in=chosen).order_by("pk"):
        sent = referral.submitted_at or referral.created_at
        referral.reference = new_reference(FormKind.CPI, sent.year, length=8, random=random)
        referral.save(update_fields=["reference"])
        if Person.objects.filter(referral=referral).exists():
            remember_people(referral_id=referral.pk, at=sent)


def _of_long_ago(setting: Setting, random: Random, *, at: datetime) -> Referral:
    """One more, which is disposed of: that it was there only the access log and its certificate will say."""
    by = User.objects.get(email="decision@example.org")
    sent, closed = at - AGED, at - AGED + timedelta(days=9)
    referral = Referral.objects.create(
        id=named_id("retention", "gone"),
        kind=FormKind.CPI,
        state=ReferralState.CLOSED,
        reference=new_reference(FormKind.CPI, sent.year, length=8, random=random),
        author=by,
        agency=setting.hub,
        types=[],
        risk_level=1,
        lawful_basis="PUBLIC_TASK",
        created_at=sent - timedelta(hours=1),
        changed_at=closed,
        submitted_at=sent,
        due_at=sent + timedelta(days=1),
        closed_at=closed,
        closed_by=by,
    )
    day: date = sent.date()
    Cpi.objects.create(
        referral=referral,
        topics=["DRUGS"],
        event_on=day,
        learned_on=day,
        how_known="SAW_OR_HEARD",
        who_else_knows="Nobody else.",
        information="Fictitious cars called at a fictitious garage at night.",
        known_to_services="NO",
        may_be_contacted=True,
    )
    ReferralAccess.objects.create(agency=setting.hub, referral=referral, reason=AccessReason.HUB, since=sent)
    return referral


def _dispose_of(referral: Referral, *, proposes: User, approves: User, at: datetime) -> None:
    review = RetentionReview.objects.open().get(referral=referral)
    referrals.propose_disposal(review_id=review.pk, **_said(proposes, at), also=[])
    services.approve_disposal(review_id=review.pk, by=approves, at=at)
    dispose(review.pk, at=at)
