"""What becomes of a referral: decision, shares, answers and closure, each in its time, as far as the present day has come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from accounts.enums import AgencyKind
from accounts.models import Agency, Area, User
from common.clock import end_of_working_days, london_day
from devtools.demo_data.copying import Table
from devtools.demo_data.identity import next_id
from devtools.demo_data.people import Setting
from devtools.demo_data.prose import (
    END_REASONS,
    RATIONALES,
    SHARE_REASONS,
    WOULD_CHANGE,
    Slots,
    write_answer,
)
from devtools.demo_data.reasons import how_decided, under_headings, view_of
from devtools.demo_data.stories import Story
from referrals.enums import AccessReason, Level, Missing, Pathway, ReferralState, ShareState, is_supervised
from referrals.models import (
    Assignment,
    DecisionView,
    ReferralAccess,
    ReferralGroupObjectPermission,
    Share,
    ThresholdDecision,
    ThresholdDocument,
)

LEVEL_OF = {
    Pathway.NO_FURTHER_ACTION: Level.UNIVERSAL,
    Pathway.INFORMATION: Level.UNIVERSAL,
    Pathway.UNIVERSAL: Level.UNIVERSAL,
    Pathway.INTELLIGENCE_ONLY: Level.UNIVERSAL,
    Pathway.CRIME_RECORDED: Level.EARLY_HELP,
    Pathway.EARLY_HELP: Level.EARLY_HELP,
    Pathway.ADULT_NON_STATUTORY: Level.EARLY_HELP,
    Pathway.EXISTING_WORKER: Level.FAMILY_HELP,
    Pathway.FAMILY_HELP: Level.FAMILY_HELP,
    Pathway.SECTION_17: Level.FAMILY_HELP,
    Pathway.MARAC: Level.SOCIAL_CARE,
    Pathway.STRATEGY_DISCUSSION: Level.SOCIAL_CARE,
    Pathway.SECTION_47: Level.SOCIAL_CARE,
    Pathway.SECTION_42: Level.SOCIAL_CARE,
}
OF_A_CPI = (Pathway.INTELLIGENCE_ONLY, Pathway.INTELLIGENCE_ONLY, Pathway.INFORMATION, Pathway.CRIME_RECORDED)


@dataclass
class Case:
    """A submitted referral, as the hub has it."""

    id: UUID
    story: Story | None
    authority: Area
    quality: int
    submitted_at: datetime
    due_at: datetime
    slots: Slots
    is_among_last: bool
    risk: int


@dataclass
class Outcome:
    """Where a case stands now."""

    state: ReferralState
    changed_at: datetime
    assigned_to: User | None = None
    closed_at: datetime | None = None
    closed_by: User | None = None


class Casework:
    """Makes the rows that follow a submission."""

    def __init__(self, random: Random, setting: Setting, *, now: datetime, view_permission: int) -> None:
        self.random, self.setting, self.now, self.view_permission = random, setting, now, view_permission
        self.assignments = Table(Assignment)
        self.decisions, self.views, self.shares = Table(ThresholdDecision), Table(DecisionView), Table(Share)
        self.access, self.grants = Table(ReferralAccess), Table(ReferralGroupObjectPermission)
        self.deciders: list[User] = setting.by_role["MASH_DECISION_MAKER"]
        self.supervisor: User = setting.people["supervisor"]
        self.answerers = {user.agency_id: user for user in reversed(setting.by_role["PARTNER_PRACTITIONER"])}
        self.documents = list(ThresholdDocument.objects.in_force(on=setting.today))
        self._near: dict[tuple[AgencyKind, Area], list[Agency]] = {}

    @property
    def tables(self) -> tuple[Table, ...]:
        """In the order in which they may be copied."""
        return self.assignments, self.decisions, self.views, self.shares, self.access, self.grants

    def follow(self, case: Case) -> Outcome:
        """Add what happened after the submission until now, and say where it stands."""
        random = self.random
        self._let_in(self.setting.hub, case.id, AccessReason.HUB, case.submitted_at)
        decider = random.choice(self.deciders)
        taken = case.submitted_at + (case.due_at - case.submitted_at) * random.uniform(0.1, 1.12)
        is_recent = self.now - case.submitted_at < timedelta(days=12)
        is_left_lying = random.random() < (0.6 if case.is_among_last else 0.35 if is_recent else 0)
        if taken >= self.now or is_left_lying:
            if random.random() >= 0.3:
                return Outcome(ReferralState.RECEIVED, case.submitted_at)
            self._assign(case, decider, until=self.now)
            return Outcome(ReferralState.RECEIVED, case.submitted_at, decider)

        self._assign(case, decider, until=taken)
        pathway = self._decide(case, decider, taken)
        outcome = Outcome(ReferralState.DECIDED, taken, decider)
        if pathway in (Pathway.NO_FURTHER_ACTION, Pathway.INTELLIGENCE_ONLY) or case.story is None:
            return self._close(case, outcome, after=timedelta(hours=random.randrange(1, 48)))
        if self.now - taken < timedelta(days=20) and random.random() < 0.15:
            return outcome
        agencies = self._agencies(case)
        if not agencies or random.random() < 0.05:
            return self._close(case, outcome, after=timedelta(days=random.randrange(1, 9)))
        for agency in agencies:
            self._share(case, agency, decider, outcome, decided_at=taken)
        if outcome.state == ReferralState.ANSWERED and random.random() < 0.9:
            return self._close(case, outcome, after=timedelta(days=random.randrange(1, 25)))
        if outcome.state == ReferralState.ANSWERED and self.setting.people["partner"].agency not in agencies:
            # What needs more work stays open for weeks, and for months only what is challenged: with the demo partner's agency.
            return self._close(case, outcome, after=timedelta(days=Random(str(case.id)).randrange(18, 40)))
        return outcome

    def _assign(self, case: Case, decider: User, *, until: datetime) -> None:
        """The decider takes it before that moment; now and then somebody else had it first and gave it to them."""
        random = self.random
        taken_at = case.submitted_at + (until - case.submitted_at) * random.uniform(0.3, 0.9)
        other = random.choice(self.deciders)
        row = {"referral_id": case.id, "person_id": decider.pk, "assigned_at": taken_at, "assigned_by_id": decider.pk}
        if other != decider and random.random() < 0.1:
            began = case.submitted_at + (taken_at - case.submitted_at) * random.random()
            ended = {"ended_at": taken_at, "ended_by_id": other.pk}
            first = {"person_id": other.pk, "assigned_at": began, "assigned_by_id": other.pk}
            self.assignments.add(id=next_id(random), **(row | first | ended))
            row["assigned_by_id"] = other.pk
        self.assignments.add(id=next_id(random), **row)

    def _decide(self, case: Case, decider: User, at: datetime) -> Pathway:
        random = self.random
        if case.story is None:
            pathway = random.choice(OF_A_CPI)
        elif random.random() < (0.0, 0.3, 0.18, 0.08, 0.04)[case.quality]:
            pathway = Pathway.NO_FURTHER_ACTION
        else:
            pathway = random.choice(case.story.pathways)
        changed_at = at + timedelta(days=2, hours=random.randrange(20))
        is_changed = pathway != Pathway.NO_FURTHER_ACTION and random.random() < 0.04 and changed_at < self.now
        if is_changed:
            first = Pathway.INFORMATION if pathway != Pathway.INFORMATION else Pathway.UNIVERSAL
            self._decision(case, decider, at, first, number=1, is_current=False)
            self._decision(case, decider, changed_at, pathway, number=2)
        else:
            self._decision(case, decider, at, pathway, number=1)
        return pathway

    def _decision(
        self, case: Case, decider: User, at: datetime, pathway: Pathway, *, number: int, is_current: bool = True
    ) -> None:
        random, decision_id = self.random, next_id(self.random)
        closes = pathway == Pathway.NO_FURTHER_ACTION
        rationale = random.choice(RATIONALES).format_map(case.slots)
        would_change = random.choice(WOULD_CHANGE).format_map(case.slots) if closes else ""
        # What came to decisions later draws from a source of its own, so that nothing else of the load changes.
        own = Random(str(decision_id))
        reasons = {"rationale": rationale} if own.random() < 0.5 else under_headings(own, case.slots)
        self.decisions.add(
            id=decision_id,
            referral_id=case.id,
            number=number,
            level=int(LEVEL_OF[pathway]),
            pathway=str(pathway),
            what_would_change_this=would_change,
            decided_at=at,
            # Where the risk is medium or high a supervisor decides on nothing, and closes what no agency has.
            decided_by_id=self.supervisor.pk if closes and is_supervised(case.risk) else decider.pk,
            is_current=is_current,
            threshold_document_id=self._document_of(case, at),
            **reasons,
            **how_decided(own, pathway, at, case.slots, is_change=number > 1),
        )
        if case.story is not None and own.random() < 0.25:
            near = self._near_to(case, case.story.agencies[0])
            if near:
                view = view_of(own, case.slots)
                self.views.add(id=next_id(own), decision_id=decision_id, agency_id=own.choice(near).pk, **view)

    def _document_of(self, case: Case, at: datetime) -> UUID | None:
        """The threshold document by which the case was decided: that of its local authority, else the one for all."""
        day = london_day(at)
        near = (document for document in self.documents if document.area_id in (None, case.authority.pk))
        return next((document.pk for document in near if document.valid_from <= day), None)

    def _agencies(self, case: Case) -> list[Agency]:
        if case.story is None:
            return []
        found: list[Agency] = []
        for place, kind in enumerate(case.story.agencies):
            near = self._near_to(case, kind)
            if near and self.random.random() < (0.92, 0.3, 0.12)[place]:
                found.append(self.random.choice(near))
        return found

    def _near_to(self, case: Case, kind: AgencyKind) -> list[Agency]:
        """Agencies of a kind where the case is."""
        key = (kind, case.authority)
        if key not in self._near:
            self._near[key] = self.setting.partners(kind, authority=case.authority)
        return self._near[key]

    def _share(self, case: Case, agency: Agency, decider: User, outcome: Outcome, *, decided_at: datetime) -> None:
        random = self.random
        shared_at = min(decided_at + timedelta(minutes=random.randrange(2, 50)), self.now)
        answered_at = shared_at + timedelta(hours=random.choice((2, 4, 5, 8, 16, 20, 24, 26, 40, 70)))
        own = Random(str(case.id))
        if random.random() >= 0.97:
            # Some agencies have to be chased; in the end each answers.
            answered_at += timedelta(days=own.randrange(2, 12))
        is_answered = answered_at < self.now
        row: dict[str, Any] = {"state": str(ShareState.WAITING)}
        if is_answered:
            needs_more = end_of_working_days(answered_at, 1)
            state, reason, words = write_answer(random, quality=case.quality, slots=case.slots)
            row = {
                "missing": own.sample(Missing.values, own.choice((1, 2))) if state == ShareState.FURTHER_WORK else [],
                "state": str(state),
                "rejection_reason": str(reason),
                "answer": words,
                "answered_at": answered_at,
                "answered_by_id": self.answerers[agency.pk].pk,
                "first_opened_at": shared_at + (answered_at - shared_at) / 2,
                "supply_due_at": needs_more if state == ShareState.FURTHER_WORK else None,
            }
            looked_at = answered_at + timedelta(hours=5)
            if state == ShareState.REJECTED and looked_at < self.now - timedelta(days=2):
                row |= {"settled_at": looked_at, "settled_by_id": decider.pk}
        ended_at = answered_at + timedelta(days=30)
        is_ended = is_answered and random.random() < 0.03 and ended_at < self.now
        if is_ended:
            end = {"ended_at": ended_at, "ended_by_id": decider.pk, "end_reason": random.choice(END_REASONS)}
            row |= end | {"state": str(ShareState.ENDED)}
            # What ended keeps who answered and when; a rejection's reason belongs to the state that it had.
        self.shares.add(
            id=next_id(random),
            referral_id=case.id,
            agency_id=agency.pk,
            lawful_basis="PUBLIC_TASK",
            reason=random.choice(SHARE_REASONS).format_map(case.slots),
            shared_at=shared_at,
            shared_by_id=decider.pk,
            answer_due_at=end_of_working_days(shared_at, 1),
            **row,
        )
        if not is_ended:
            self._let_in(agency, case.id, AccessReason.SHARED, shared_at)
            self.grants.add(permission_id=self.view_permission, group_id=agency.group_id, content_object_id=case.id)
        waits = outcome.state == ReferralState.SHARED or not is_answered
        outcome.state = ReferralState.SHARED if waits else ReferralState.ANSWERED
        outcome.changed_at = max(outcome.changed_at, answered_at if is_answered else shared_at)

    def _let_in(self, agency: Agency, referral: UUID, reason: AccessReason, since: datetime) -> None:
        self.access.add(
            id=next_id(self.random), agency_id=agency.pk, referral_id=referral, reason=str(reason), since=since
        )

    def _close(self, case: Case, outcome: Outcome, *, after: timedelta) -> Outcome:
        closed_at = outcome.changed_at + after
        if closed_at >= self.now:
            return outcome
        is_supervisors = outcome.state == ReferralState.DECIDED and is_supervised(case.risk)
        outcome.state, outcome.changed_at = ReferralState.CLOSED, closed_at
        outcome.closed_at, outcome.closed_by = closed_at, self.supervisor if is_supervisors else outcome.assigned_to
        return outcome
