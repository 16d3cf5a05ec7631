"""Restrictions, names, shares, emergency access and conflicts in any order: after each step everybody sees what a plain model says.

The model knows nothing of the service: four sets and what each role opens.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from referrals import permissions, queries, services
from referrals.models import Referral, Share
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.people import Cast, make_cast
from tests.referrals.conftest import Life

WHO = ("olu", "lin", "mina", "moll", "sam", "pat")
# Who decides at the hub: of them one is always named.
DECIDE = ("mina", "moll", "sam")


class Guards(RuleBasedStateMachine):
    """One referral that was decided on, and the people whose roles open it."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        cast = make_cast()
        moll = UserFactory(
            name="Moll Fictitious", agency=cast.police, team=cast.hub_team, roles=["MASH_DECISION_MAKER"]
        )
        sec = UserFactory(name="Sec Fictitious", agency=cast.police, team=cast.hub_team, roles=["MASH_SUPERVISOR"])
        self.people = {name: getattr(cast, name) for name in WHO if name != "moll"} | {"moll": moll}
        self.judge, self.cast = sec, cast
        life = Life(cast)
        self.referral, self.other = life.decided(), life.decided()
        self.at = timezone.now()
        # The model.
        self.shared = False
        self.named: set[str] | None = None
        self.kept_out: set[str] = set()
        self.opened: dict[str, bool] = {}

    def _sees(self, name: str) -> bool:
        if name in self.kept_out or (name == "pat" and not self.shared):
            return False
        return self.named is None or name in self.named or self.opened.get(name, False)

    def _user(self, name: str):
        return type(self.cast.sam).objects.get(pk=self.people[name].pk)

    def _restriction(self):
        return queries.restriction_of(Referral.objects.get(pk=self.referral.pk))

    # --- what anybody may try at any time: what is refused changes nothing ---

    @rule(names=st.sets(st.sampled_from(WHO), min_size=1))
    def restrict(self, names: set[str]) -> None:
        people = [self._user(name) for name in sorted(names)]
        is_possible = self.named is None and not names & self.kept_out and ("pat" not in names or self.shared)
        facts = {"reason": "STAFF", "words": "Fictitious.", "is_hinted": True, "by": self.judge, "at": self.at}
        try:
            services.restrict_referral(referral_id=self.referral.pk, people=[*people, self.judge], **facts)
        except services.CannotRestrict:
            assert not is_possible
            return
        # The same again is the same: nothing changes.
        assert is_possible or self.named == names
        self.named = set(names)

    @precondition(lambda self: self.named is not None)
    @rule(name=st.sampled_from(WHO))
    def name(self, name: str) -> None:
        is_possible = name not in self.kept_out and (name != "pat" or self.shared)
        try:
            services.name_people(
                restriction_id=self._restriction().pk, people=[self._user(name)], by=self.judge, at=self.at
            )
        except services.CannotRestrict:
            assert not is_possible
            return
        assert is_possible
        self.named.add(name)

    @precondition(lambda self: self.named is not None)
    @rule(name=st.sampled_from(WHO))
    def unname(self, name: str) -> None:
        left = self.named - {name}
        # Who is kept out, or lost the share, stays named without seeing it: then nobody can be taken off beside them.
        try:
            services.unname_person(
                restriction_id=self._restriction().pk, person_id=self.people[name].pk, by=self.judge, at=self.at
            )
        except services.CannotRestrict:
            assert left & self.kept_out or ("pat" in left and not self.shared)
            return
        self.named = left

    @precondition(lambda self: self.named is not None)
    @rule()
    def lift(self) -> None:
        services.lift_restriction(restriction_id=self._restriction().pk, reason="Over.", by=self.judge, at=self.at)
        self.named = None

    @precondition(lambda self: not self.shared)
    @rule()
    def share(self) -> None:
        services.share_referral(
            referral_id=self.referral.pk,
            agency=self.cast.council,
            lawful_basis="PUBLIC_TASK",
            reason="They can assess.",
            by=self.judge,
            at=self.at,
        )
        self.shared = True

    @precondition(lambda self: self.shared)
    @rule()
    def end_share(self) -> None:
        live = Share.objects.live().get(referral=self.referral)
        services.end_share(share_id=live.pk, reason="No longer needed.", by=self.judge, at=self.at)
        self.shared = False

    @rule(name=st.sampled_from(WHO), ago=st.sampled_from([0, 30, 61]))
    def break_glass(self, name: str, ago: int) -> None:
        may = name in DECIDE and self.named is not None and name not in self.kept_out and not self._sees(name)
        try:
            services.break_glass(
                referral_id=self.referral.pk,
                reason="A child is missing and may be there.",
                by=self._user(name),
                at=timezone.now() - timedelta(minutes=ago),
            )
        except services.CannotBreakGlass:
            assert not may
            return
        assert may or self.opened.get(name)
        self.opened[name] = self.opened.get(name, False) or ago < 60

    @precondition(lambda self: any(self.opened.values()))
    @rule()
    def expire(self) -> None:
        """Everybody closes what they have open: as when the hour is over."""
        for one in queries.emergencies_for(self.judge):
            services.end_emergency(emergency_id=one.pk, by=one.opened_by, at=timezone.now())
        self.opened = {}

    @rule(name=st.sampled_from(WHO))
    def conflict(self, name: str) -> None:
        may = self._sees(name)
        try:
            services.declare_conflict(referral_id=self.referral.pk, words="My niece.", by=self._user(name), at=self.at)
        except services.CannotDeclare:
            assert not may
            return
        assert may or name in self.kept_out
        self.kept_out.add(name)

    @precondition(lambda self: self.kept_out)
    @rule(move=st.sampled_from(["CONFIRM", "CLEAR"]))
    def judge_one(self, move: str) -> None:
        name = min(self.kept_out)
        found = self.referral.conflicts.keeping_out().get(person=self.people[name])
        try:
            services.judge_conflict(conflict_id=found.pk, move=move, judgement="Asked.", by=self.judge, at=self.at)
        except services.CannotJudge:
            assert (move, found.state) == ("CONFIRM", "CONFIRMED")
            return
        if move == "CLEAR":
            self.kept_out.discard(name)

    @invariant()
    def everybody_sees_what_the_model_says(self) -> None:
        expected = {name: self._sees(name) for name in WHO}
        seen, listed, parts, found, answers = {}, {}, {}, {}, {}
        for name in WHO:
            user, shown = self._user(name), Referral.objects.get(pk=self.referral.pk)
            seen[name] = Referral.objects.visible_to(user).filter(pk=shown.pk).exists()
            found[name] = any(one.pk == shown.pk for one in queries.search(user, {"text": shown.reference}).page())
            part = permissions.is_writer(user, shown) or permissions.sees_as_team(user, shown)
            given = permissions.snapshot_with_files(user, shown) is not None
            parts[name] = part or permissions.sees_casework(user, shown) or given
            lists = [queries.sent_by(user)] + ([Referral.objects.received_for(user)] if name in DECIDE else [])
            is_given = queries.shared_with(user).filter(referral=shown).exists()
            listed[name] = is_given or any(one.filter(pk=shown.pk).exists() for one in lists)
            client = CarefulClient().signed_in(user)
            answers[name] = client.get(shown.get_absolute_url()).status_code == 200
            if name in DECIDE:
                answers[name] &= client.get(f"/referrals/{shown.pk}/decide/").status_code == 200
        assert seen == expected
        assert found == expected
        assert parts == expected
        assert answers == expected
        # A line manager has no list of the team's; everybody else finds in a list what they see.
        assert {name: is_there for name, is_there in listed.items() if name != "lin"} == {
            name: is_there for name, is_there in expected.items() if name != "lin"
        }
        assert all(Referral.objects.visible_to(self._user(name)).filter(pk=self.other.pk).exists() for name in DECIDE)


@pytest.mark.django_db
def test_after_any_steps_everybody_sees_what_the_model_says(db: None) -> None:
    class Rolled(Guards):
        def __init__(self) -> None:
            self.block = transaction.atomic()
            self.block.__enter__()
            super().__init__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    run_state_machine_as_test(
        Rolled,
        settings=settings(
            max_examples=4,
            stateful_step_count=8,
            deadline=None,
            derandomize=True,
            # A step takes long: what is found is told as it was found.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
