"""Restricted referrals, conflicts of interest and emergency access: who gets which answer, by what they are to the referral.

`named`: Sam alone is named, and it was shared with the council before. `wide`: Mina, its writer Olu and Pat of the council are.
`open`, `expired`: Mina broke the glass, now and in the past. `conflict`: restricted to nobody, but Mina may be concerned.
"""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from referrals import services
from referrals.enums import FormKind
from referrals.models import Conflict, EmergencyAccess, Referral
from tests.people import NOW, Cast
from tests.permissions.referrals import DECISION, ENOUGH, SUBJECT, only
from tests.permissions.rows import Row, Things

REASON = "A child is missing and may be with somebody named in it."


def furnish(cast: Cast) -> dict[str, Any]:
    def received() -> Referral:
        referral = services.submit_complete_referral(
            kind=FormKind.PPN,
            answers=ENOUGH,
            people=[SUBJECT | {"estimated_age": 8}],
            key=uuid.uuid4(),
            by=cast.olu,
            at=NOW,
        )
        services.decide_referral(referral_id=referral.pk, by=cast.mina, at=NOW, **DECISION)
        services.share_referral(
            referral_id=referral.pk,
            agency=cast.council,
            lawful_basis="PUBLIC_TASK",
            reason="They can assess.",
            by=cast.mina,
            at=NOW,
        )
        return Referral.objects.get(pk=referral.pk)

    def restricted(*people: Any) -> Referral:
        referral = received()
        services.restrict_referral(
            referral_id=referral.pk,
            reason="STAFF",
            words="A fictitious colleague.",
            is_hinted=True,
            people=people,
            by=cast.sam,
            at=NOW,
        )
        return referral

    def opened(referral: Referral, at: Any) -> EmergencyAccess:
        return services.break_glass(referral_id=referral.pk, reason=REASON, by=cast.mina, at=at)

    now = timezone.now()
    plain, conflict = received(), received()
    said = services.declare_conflict(
        referral_id=conflict.pk, words="The fictitious aunt is mine.", by=cast.mina, at=NOW
    )
    known = services.add_connection(address="1 Imaginary Row, Testham", by=cast.mina, at=NOW)
    open_now, expired = restricted(cast.sam), restricted(cast.sam)
    return {
        "guards_plain": plain,
        "guards_named": restricted(cast.sam),
        "guards_wide": restricted(cast.mina, cast.olu, cast.pat, cast.sam),
        "guards_open": open_now,
        "guards_opening": opened(open_now, now),
        "guards_expired": expired,
        "guards_opened_before": opened(expired, now - timedelta(days=2)),
        "guards_conflict": conflict,
        "guards_said": Conflict.objects.get(pk=said.pk),
        "guards_known": known,
    }


def of(name: str) -> Any:
    return lambda cast, things: {"pk": things[name].pk}


def name_of(name: str, person: str) -> Any:
    return lambda cast, things: {"pk": things[name].pk, "person_pk": getattr(cast, person).pk}


def data(**fields: Any) -> Any:
    def made(cast: Cast, things: Things) -> dict[str, Any]:
        return {name: value(cast) if callable(value) else value for name, value in fields.items()}

    return made


EVERYBODY = only(200, "olu", "lin", "mina", "sam", "pat")
# What each of those who would see it without a restriction gets.
STATES: list[tuple[str, dict[str, int], str]] = [
    ("guards_plain", EVERYBODY, "not restricted"),
    (
        "guards_named",
        only(200, "sam"),
        "the writer, their manager, the hub and the agency with an earlier share are not named",
    ),
    ("guards_wide", only(200, "mina", "olu", "pat", "sam"), "each named sees what their role lets them see"),
    ("guards_open", only(200, "mina", "sam"), "emergency access lasts"),
    ("guards_expired", only(200, "sam"), "emergency access is over"),
    ("guards_conflict", only(200, "olu", "lin", "sam", "pat"), "who may be concerned is kept out, and nobody else"),
]
RESTRICT = data(
    reason="STAFF",
    words="A fictitious colleague.",
    people=lambda cast: [str(cast.sam.pk), str(cast.mina.pk)],
    is_hinted="no",
)


def hub(people: dict[str, int]) -> dict[str, int]:
    """For a page of the hub: its staff as they are; others who see the referral are refused."""
    return {name: 200 if name in ("mina", "sam") else 403 for name in people}


ROWS: list[Row] = [
    *(Row("referrals:detail", 404, people, arguments=of(name), why=why) for name, people, why in STATES),
    *(Row("referrals:flag_raise", 404, hub(people), arguments=of(name), why=why) for name, people, why in STATES),
    *(Row("api:referral", 404, people, arguments=of(name), anonymous=401, why=why) for name, people, why in STATES),
    Row("referrals:restricted", 200, why="one's own, if any"),
    Row(
        "referrals:restrict",
        404,
        only(403, "olu", "lin", "mina", "pat") | only(200, "sam"),
        arguments=of("guards_plain"),
    ),
    Row(
        "referrals:restrict",
        404,
        only(403, "olu", "lin", "mina", "pat") | only(302, "sam"),
        method="POST",
        arguments=of("guards_plain"),
        data=RESTRICT,
    ),
    Row("referrals:restriction", 404, only(403, "mina", "olu", "pat") | only(200, "sam"), arguments=of("guards_wide")),
    Row("referrals:restriction", 404, only(200, "sam"), arguments=of("guards_named")),
    Row(
        "referrals:restriction",
        404,
        only(403, "olu", "lin", "mina", "pat"),
        arguments=of("guards_plain"),
        why="it is not restricted: for Sam too there is no such page",
    ),
    Row(
        "referrals:restriction",
        404,
        only(302, "sam"),
        method="POST",
        arguments=of("guards_named"),
        data=data(people=lambda cast: [str(cast.mina.pk)]),
    ),
    Row(
        "referrals:restriction_remove",
        404,
        only(403, "mina", "olu", "pat") | only(200, "sam"),
        arguments=name_of("guards_wide", "olu"),
    ),
    Row(
        "referrals:restriction_remove",
        404,
        only(403, "mina", "olu", "pat") | only(302, "sam"),
        method="POST",
        arguments=name_of("guards_wide", "olu"),
    ),
    Row("referrals:restriction_lift", 404, only(200, "sam"), arguments=of("guards_named")),
    Row(
        "referrals:restriction_lift",
        404,
        only(302, "sam"),
        method="POST",
        arguments=of("guards_named"),
        data=data(reason="It is over."),
    ),
    Row("referrals:conflict_declare", 404, EVERYBODY, arguments=of("guards_plain")),
    Row(
        "referrals:conflict_declare",
        404,
        dict.fromkeys(EVERYBODY, 302),
        method="POST",
        arguments=of("guards_plain"),
        data=data(words="A neighbour."),
    ),
    Row("referrals:connections", 403, only(200, "olu", "lin", "mina", "sam", "pat", "out")),
    Row(
        "referrals:connections",
        403,
        only(302, "olu", "lin", "mina", "sam", "pat", "out"),
        method="POST",
        data=data(address="2 Imaginary Row, Testham"),
    ),
    Row("referrals:connection_remove", 404, only(302, "mina"), method="POST", arguments=of("guards_known")),
    Row("referrals:conflict_find", 403, only(200, "olu", "lin", "mina", "sam", "pat", "out")),
    Row(
        "referrals:conflict_find",
        403,
        only(422, "olu", "lin", "mina", "sam", "pat", "out"),
        method="POST",
        data=data(reference="PPN-2026-AAAAA"),
        why="there is none",
    ),
    Row("referrals:conflicts", 403, only(200, "sam")),
    Row("referrals:conflict", 403, only(200, "sam"), arguments=of("guards_said")),
    Row(
        "referrals:conflict",
        403,
        only(302, "sam"),
        method="POST",
        arguments=of("guards_said"),
        data=data(move="CLEAR", judgement="Another family."),
    ),
    Row("referrals:emergencies", 403, only(200, "mina", "sam", "iggy")),
    Row("referrals:emergency_start", 403, only(200, "mina", "sam")),
    Row(
        "referrals:emergency_start",
        403,
        only(422, "mina", "sam"),
        method="POST",
        data=data(reference="PPN-2026-AAAAA"),
        why="there is none",
    ),
    Row("referrals:emergency_break", 403, {"mina": 200, "sam": 302}, arguments=of("guards_named"), why="Sam is named"),
    Row(
        "referrals:emergency_break",
        403,
        {"mina": 302, "sam": 302},
        method="POST",
        arguments=of("guards_named"),
        data=data(reason=REASON, understood="on"),
    ),
    Row(
        "referrals:emergency_break",
        403,
        {"mina": 404, "sam": 404},
        method="POST",
        arguments=of("guards_conflict"),
        data=data(reason=REASON, understood="on"),
        why="there is no glass, and none for who may be concerned",
    ),
    Row("referrals:emergency", 404, only(200, "mina", "sam", "iggy"), arguments=of("guards_opened_before")),
    Row(
        "referrals:emergency",
        404,
        {"mina": 403, "sam": 302, "iggy": 302},
        method="POST",
        arguments=of("guards_opened_before"),
        data=data(outcome="JUSTIFIED", review="A child was found."),
        why="nobody reviews their own",
    ),
    Row("referrals:emergency_end", 404, only(302, "mina"), method="POST", arguments=of("guards_opening")),
]
