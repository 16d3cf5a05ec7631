"""Flags and links over the API: the same deeds, refusals and walls as on the page of a referral."""

import pytest

from audit.models import Entry
from referrals import services
from referrals.models import Flag, Referral, ReferralAccess, ReferralLink
from tests.api.programs import Program
from tests.people import NOW

WARNING = {"kind": "RISK_TO_STAFF", "words": "A dog that bites."}


def link(one, other, by, **more):
    return services.link_referrals(
        referral_id=one.pk, reference=other.reference, kind="FOLLOWS", words="A week later.", by=by, at=NOW, **more
    )


def test_a_flag_is_raised_read_and_cleared_and_stays_on_record(life, cast):
    referral, mina = life.submitted(), Program(cast.mina)
    person = referral.people.get()

    raised = mina.post("flags", referral.pk, data=WARNING | {"person_id": str(person.pk)})
    assert (raised.status_code, raised.json()["person"]) == (201, str(person.pk))
    assert mina.post("flags", referral.pk, data=WARNING | {"words": "Another dog."}).json()["person"] is None
    cleared = mina.post("flag_clear", raised.json()["id"], data={"reason": "The dog has gone."})
    assert (cleared.status_code, cleared.json()["cleared_by"]) == (200, cast.mina.name)

    shown = mina.get("flags", referral.pk).json()

    assert [(one["words"], one["clear_reason"]) for one in shown] == [
        ("Another dog.", ""),
        ("A dog that bites.", "The dog has gone."),
    ]
    assert Entry.objects.filter(what="flags.read", actor_id=str(cast.mina.pk)).count() == 1


def test_links_are_made_read_and_removed_and_stay_on_record(life, cast):
    one, other, mina = life.submitted(), life.submitted(), Program(cast.mina)
    data = {"reference": other.reference, "kind": "FOLLOWS", "words": "A week later."}

    made = mina.post("links", one.pk, data=data)
    assert (made.status_code, made.json()["referral"], made.json()["other"]) == (201, one.reference, other.reference)
    removed = mina.post("link_remove", made.json()["id"], data={"reason": "Another family."})
    assert (removed.status_code, removed.json()["removal_reason"]) == (200, "Another family.")

    assert [row["id"] for row in mina.get("links", other.pk).json()] == [made.json()["id"]]
    assert Entry.objects.filter(what="links.read", actor_id=str(cast.mina.pk)).count() == 1


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("flags", WARNING | {"kind": "NONSENSE"}, 400),
        ("flags", {"kind": "RISK_TO_STAFF"}, 400),
        ("flags", WARNING | {"person_id": "7b09ced2-d882-4ba8-9c21-59543db344ab"}, 409),
        ("links", {"reference": "PPN-2026-NONE9", "kind": "FOLLOWS", "words": "A week later."}, 409),
        ("links", {"reference": "PPN-2026-NONE9", "kind": "NONSENSE", "words": "A week later."}, 400),
    ],
)
def test_what_is_not_right_is_refused_with_what_is_wrong_and_changes_nothing(life, cast, name, data, status):
    refused = Program(cast.mina).post(name, life.submitted().pk, data=data)

    assert refused.status_code == status
    assert not Flag.objects.exists()
    assert not ReferralLink.objects.exists()


@pytest.mark.parametrize(("name", "data"), [("flags", WARNING), ("links", None)])
def test_the_same_key_makes_one_of_them(life, cast, name, data):
    referral, other, mina = life.submitted(), life.submitted(), Program(cast.mina)
    data = data or {"reference": other.reference, "kind": "FOLLOWS", "words": "A week later."}

    first, again = (mina.post(name, referral.pk, data=data, key="the-same-key") for _ in range(2))

    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Flag.objects.count() + ReferralLink.objects.count() == 1


def test_a_link_to_what_one_may_not_see_does_not_exist(life, cast):
    seen, unseen = life.submitted(), life.submitted()
    made = link(seen, unseen, cast.mina)
    Referral.objects.filter(pk=unseen.pk).update(author=cast.gail, team=None)
    ReferralAccess.objects.filter(referral=unseen).delete()
    mina = Program(cast.mina)

    assert mina.get("links", seen.pk).json() == []
    assert mina.post("link_remove", made.pk, data={"reason": "Another family."}).status_code == 404
    assert ReferralLink.objects.get().removed_at is None


def test_reading_takes_the_scope_to_read_and_writing_the_one_to_write(life, cast):
    referral = life.submitted()
    reads, writes = (Program(cast.mina, scopes=[scope]) for scope in ("referrals:read", "referrals:write"))

    assert (reads.get("flags", referral.pk).status_code, writes.get("flags", referral.pk).status_code) == (200, 403)
    assert reads.post("flags", referral.pk, data=WARNING).status_code == 403
    assert reads.post("links", referral.pk, data={}).status_code == 403
