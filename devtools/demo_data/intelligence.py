"""Evaluations of the latest CPI forms, in every state: reports without their source, routes, and thanks to who sent the form."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from accounts.models import User
from common.clock import end_of_working_days, start_of_day
from devtools.demo_data.copying import Table
from devtools.demo_data.identity import next_id
from devtools.demo_data.people import Setting
from referrals.enums import (
    DAYS_TO_FIRST_LOOK,
    DAYS_TO_OUTCOME,
    OPEN_AT_HUB,
    AssessmentState,
    CpiTopic,
    FeedbackKind,
    FormKind,
    Route,
)
from referrals.models import CpiAssessment, CpiReport, Feedback, Referral
from referrals.queries import wants_to_hear, words_on_routes

EVALUATED = 60
LONGEST = timedelta(days=3)
# The newest forms stand so; all before them are closed.
STATES = (
    *[AssessmentState.RECEIVED] * 6,
    *[AssessmentState.ASSESSING] * 5,
    *[AssessmentState.GRADED] * 4,
    *[AssessmentState.ROUTED] * 3,
    *[AssessmentState.NO_ACTION] * 2,
)
TEXTS: dict[str, tuple[str, ...]] = {
    CpiTopic.CRIMINAL_EXPLOITATION: (
        "Children are given electric bikes and are expected to pay them off by running errands.",
        "Bags are handed to children in a stairwell in exchange for vapes, on weekday afternoons.",
    ),
    CpiTopic.SEXUAL_EXPLOITATION: (
        "On Fridays girls are driven to a flat where there are parties; an older man drives.",
        "A man of about forty buys food and clothes for children in an arcade.",
    ),
    CpiTopic.DRUGS: (
        "Short visits at all hours to one flat; its resident has not been seen for some weeks.",
        "Cars wait by the garages after dark without lights, for some minutes each.",
    ),
    CpiTopic.MODERN_SLAVERY: (
        "Several men are dropped at a car wash at six in the morning and collected after dark.",
        "Beds stand in the back room of a nail bar; one person works there every day of the week.",
    ),
    CpiTopic.ANTI_SOCIAL: ("A group holds the benches every evening and shouts at those who pass.",),
    CpiTopic.COHESION: ("Leaflets against one family were found at a bus stop, in the words of an earlier set.",),
    CpiTopic.ORGANISED_CRIME: ("Money is collected from three takeaways on the first day of each month.",),
}
SECOND = "The same vehicle is named in connection with another address in the area."
CODES = ("1AP", "2BP", "2CP", "2DP", "1BP", "2BC", "1AC", "3AP", "3DP", "2EP")
CONDITIONS = "Not beyond the police without asking the intelligence desk: few people could know this."
NOTE = "An earlier account of the same source could not be confirmed, but this was seen at first hand."
PRIORITIES = ("LOW", "LOW", "MEDIUM", "LOW", "HIGH")
ROUTES: tuple[tuple[Route, ...], ...] = (
    (Route.INTEL_LOG,),
    (Route.INTEL_LOG,),
    (Route.INTEL_LOG, Route.CRIME_DESK),
    (Route.INTEL_LOG, Route.SAFEGUARDING),
)
REASONS = (
    "Nothing in it can be followed up: no place, time or person, and the form says not to ask again.",
    "The same was received and evaluated last week; nothing new is in this one.",
)


class Evaluations:
    """Makes the evaluation of one form after the other."""

    def __init__(self, random: Random, setting: Setting, *, now: datetime) -> None:
        self.random, self.now = random, now
        self.supervisor = setting.people["supervisor"]
        self.officers: list[User] = setting.by_role["INTELLIGENCE_OFFICER"]
        self.hub = setting.hub
        self.assessments, self.reports, self.told = Table(CpiAssessment), Table(CpiReport), Table(Feedback)

    def add(self, referral: Referral, place: int) -> None:
        """The evaluation of the form that came `place` forms before the newest."""
        random, submitted_at = self.random, referral.submitted_at or referral.created_at
        state = STATES[place] if place < len(STATES) else AssessmentState.CLOSED
        steps = self._steps(submitted_at)
        officer, other = random.sample(self.officers, 2)
        is_ended = state == AssessmentState.NO_ACTION or (state == AssessmentState.CLOSED and random.random() < 0.2)
        row: dict[str, Any] = {"id": next_id(random), "referral_id": referral.pk, "hub_id": self.hub.pk}
        if state != AssessmentState.RECEIVED:
            row |= {"begun_at": next(steps), "begun_by_id": officer.pk}
        graded_at = None
        is_doubtful = False
        if state != AssessmentState.RECEIVED and not is_ended:
            written_at, graded_at = next(steps), next(steps)
            graded_at = None if state == AssessmentState.ASSESSING else graded_at
            is_doubtful = self._write(row["id"], referral, officer, other, written_at, graded_at)
        if graded_at is not None:
            row |= {"graded_at": graded_at, "graded_by_id": officer.pk}
        if state in (AssessmentState.ROUTED, AssessmentState.NO_ACTION, AssessmentState.CLOSED):
            row |= self._outcome(referral, next(steps), officer, is_ended=is_ended, is_doubtful=is_doubtful)
        if state == AssessmentState.CLOSED:
            row |= {"closed_at": next(steps), "closed_by_id": officer.pk}
            self._tell(referral, row)
        self.assessments.add(
            state=str(state),
            look_due_at=end_of_working_days(submitted_at, DAYS_TO_FIRST_LOOK),
            outcome_due_at=end_of_working_days(submitted_at, DAYS_TO_OUTCOME),
            **row,
        )

    def copy(self) -> int:
        """Send all of it to the database; returns how many evaluations there are."""
        for table in (self.assessments, self.reports, self.told):
            table.copy()
        return self.assessments.copied

    def _steps(self, since: datetime) -> Iterator[datetime]:
        """Moments one after the other, all past: within three days of the submission."""
        span = min(LONGEST, self.now - since)
        return (since + span * part for part in (0.2, 0.3, 0.4, 0.6, 0.8))

    def _write(
        self, assessment: Any, referral: Referral, by: User, other: User, at: datetime, graded_at: datetime | None
    ) -> bool:
        """One report or two; returns whether any is suspected to be false."""
        random = self.random
        texts = [random.choice(TEXTS.get(referral.cpi.topics[0], (SECOND,)))]
        texts += [SECOND] if random.random() < 0.3 else []
        codes = [random.choice(CODES) for _ in texts]
        for number, (text, code) in enumerate(zip(texts, codes, strict=True), start=1):
            is_conditional = code.endswith("C")
            is_read = is_conditional and graded_at is not None
            self.reports.add(
                id=next_id(random),
                assessment_id=assessment,
                number=number,
                text=text,
                code=code,
                priority=random.choice(PRIORITIES),
                conditions=CONDITIONS if is_conditional else "",
                note=NOTE if code.startswith("3A") else "",
                written_at=at,
                written_by_id=by.pk,
                second_read_at=graded_at if is_read else None,
                second_read_by_id=other.pk if is_read else None,
                graded_at=graded_at,
            )
        return any(code[1] == "E" for code in codes)

    def _outcome(
        self, referral: Referral, at: datetime, officer: User, *, is_ended: bool, is_doubtful: bool
    ) -> dict[str, Any]:
        if is_ended:
            return {"no_action_reason": self.random.choice(REASONS), "outcome_at": at, "outcome_by_id": officer.pk}
        routes = self.random.choice(ROUTES)
        if referral.state not in OPEN_AT_HUB and Route.SAFEGUARDING in routes:
            routes = (Route.INTEL_LOG,)
        by = self.supervisor if is_doubtful and len(routes) > 1 else officer
        return {"routes": [str(route) for route in routes], "outcome_at": at, "outcome_by_id": by.pk}

    def _tell(self, referral: Referral, row: dict[str, Any]) -> None:
        if not wants_to_hear(referral):
            return
        words = words_on_routes(CpiAssessment(routes=row.get("routes", [])))
        self.told.add(
            id=next_id(self.random),
            referral_id=referral.pk,
            recipient_id=referral.author_id,
            kind=str(FeedbackKind.THANKS),
            words=words,
            told_at=row["closed_at"],
            told_by_id=row["closed_by_id"],
            acknowledged_at=row["closed_at"],
            acknowledged_by_id=referral.author_id,
        )


def make_evaluations(setting: Setting, *, seed: int) -> int:
    """Evaluate the newest CPI forms, and those that are open at the hub; returns how many."""
    now = start_of_day(setting.today)
    made = Evaluations(Random(f"{seed} intelligence"), setting, now=now)
    forms = Referral.objects.sent().filter(kind=FormKind.CPI).select_related("cpi").order_by("-submitted_at", "pk")
    newest = list(forms[:EVALUATED])
    older = forms.filter(state__in=OPEN_AT_HUB).exclude(pk__in=[one.pk for one in newest])
    for place, referral in enumerate([*newest, *older]):
        made.add(referral, place)
    return made.copy()
