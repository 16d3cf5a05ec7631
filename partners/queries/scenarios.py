"""Questions about the two scenarios: what somebody is to answer now, how they changed, and how everybody of a session changed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from common.clock import london_day
from common.statistics.paired import PairedChange, crowded_end, paired_change
from common.statistics.picking import draw
from common.statistics.proportions import SMALLEST_BASE_SHOWN
from common.statistics.rounding import round_half_up, rounded_or_none
from common.templatetags.dates import day, moment
from partners.enums import ASKED_WHAT_THEY_LEARNED, SCENARIOS_ASKED_AT, AskedWhen, BookingState
from partners.models import Booking, Scenario, ScenarioAnswer, ScenarioTally, ScenarioVersion, Session
from partners.models.scenarios import CONFIDENCES, WORTHS, first_answers_until, last_day_after, scenarios_turn_at

MOST_IN_ALL = 2 * max(WORTHS)


# --- for who answers --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """Of one booking: what its person is to answer now, or why there is nothing; and how they changed, once they have answered twice."""

    asked: AskedWhen | None = None
    version: ScenarioVersion | None = None
    why_not: str = ""
    before: ScenarioAnswer | None = None
    after: ScenarioAnswer | None = None


def standing_of(booking: Booking, *, at: datetime) -> Standing | None:
    """None where no scenarios are put to whose place it is; fetch the session with the booking.

    Somebody answers a version once before and once after, so who has seen its reasons at an earlier session is not asked again.
    The second answers are for the version of the first, also where there is a newer one by then.
    """
    session = booking.session
    if (
        session.kind not in SCENARIOS_ASKED_AT
        or booking.user_id is None
        or booking.state not in ASKED_WHAT_THEY_LEARNED
    ):
        return None
    given = ScenarioAnswer.objects.filter(person=booking.user_id, version__force=session.host_id)
    answers = list(given.select_related("version").order_by("-answered_at", "-pk"))
    before = {one.version_id: one for one in answers if one.asked == AskedWhen.BEFORE}
    after = {one.version_id: one for one in answers if one.asked == AskedWhen.AFTER}
    here = next((one for one in after.values() if one.booking_id == booking.pk), None)
    if here:
        return Standing(version=here.version, before=before.get(here.version_id), after=here)
    waiting = next((one for one in before.values() if one.version_id not in after), None)
    turn = scenarios_turn_at(session)
    if at < turn and waiting:
        return Standing(before=waiting, why_not=f"You have answered. We ask you again from {moment(turn)}.")
    if london_day(at) > last_day_after(session):
        return Standing(before=waiting, why_not=f"They could be answered until {day(last_day_after(session))}.")
    version = waiting.version if waiting else ScenarioVersion.objects.of_force(session.host_id).first()
    if version is None:
        return None
    if version.pk in after:
        return Standing(why_not="You answered these scenarios at an earlier session, so you are not asked again.")
    if at < turn and at >= (until := first_answers_until(session)):
        return Standing(
            why_not=f"They could be answered for the first time until {moment(until)}. We ask you from {moment(turn)}."
        )
    return Standing(AskedWhen.BEFORE if at < turn else AskedWhen.AFTER, version, before=waiting)


@dataclass(frozen=True)
class Put:
    """A scenario as it is put to one person: the worth of its answers, in an order that tells nothing of it."""

    scenario: Scenario
    worths: Sequence[int]

    @property
    def choices(self) -> list[tuple[int, str]]:
        """The answers by their place in that order, which is all that the page holds of them: a worth would stand in its source."""
        return [(place, self.scenario.choices[worth]) for place, worth in enumerate(self.worths, start=1)]

    def worth_at(self, place: int) -> int:
        """Of the answer that was chosen by its place."""
        return self.worths[place - 1]


def scenarios_of(version: ScenarioVersion) -> list[Scenario]:
    return list(version.scenarios.order_by("position"))


def put_to(person: User, version: ScenarioVersion) -> list[Put]:
    """Both scenarios, the answers in an order drawn by person, the same before and after."""
    found = []
    for scenario in scenarios_of(version):
        order = [int(one.id) for one in draw(f"{person.pk}:{scenario.pk}", map(str, WORTHS), len(WORTHS))]
        found.append(Put(scenario, order))
    return found


@dataclass(frozen=True)
class Learned:
    """What somebody chose in one scenario before and after, with every answer, its worth and why, the best one first."""

    scenario: Scenario
    before: int | None
    after: int

    @property
    def answers(self) -> list[tuple[int, str, str]]:
        return [(worth, self.scenario.choices[worth], self.scenario.reasons[worth]) for worth in reversed(WORTHS)]


def learned_by(before: ScenarioAnswer | None, after: ScenarioAnswer) -> list[Learned]:
    """For the person alone, once they have answered for the second time."""
    first, second = scenarios_of(after.version)
    return [
        Learned(first, before.first if before else None, after.first),
        Learned(second, before.second if before else None, after.second),
    ]


# --- for who runs sessions --------------------------------------------------------------------------------------------


def versions_of(user: User) -> QuerySet[ScenarioVersion]:
    """All versions of the person's force, the newest first, with their scenarios in order."""
    found = ScenarioVersion.objects.of_force(user.agency_id).select_related("written_by")
    return found.prefetch_related(Prefetch("scenarios", Scenario.objects.order_by("position")))


@dataclass(frozen=True)
class Change:
    """How the people of a session changed in one thing, which is counted from `least` to `most`.

    Not shown where all chose alike before or after: the mean would be each one's answer.
    """

    label: str
    least: int
    most: int
    paired: PairedChange
    is_shown: bool = True

    @property
    def before(self) -> Decimal | None:
        """The mean, half up to one decimal."""
        return rounded_or_none(self.paired.mean_before, 1)

    @property
    def after(self) -> Decimal | None:
        return rounded_or_none(self.paired.mean_after, 1)

    @property
    def mean_change(self) -> str:
        """With its sign, for example "+1.6"; "0.0" where it rounds to nothing."""
        rounded = rounded_or_none(self.paired.mean_change, 1)
        return "" if rounded is None else f"{rounded:+}" if rounded else "0.0"

    @property
    def interval(self) -> str:
        """For example "0.9 to 2.3"; nothing where everybody changed by the same."""
        bounds = self.paired.interval
        if bounds is None:
            return ""
        low, high = (round_half_up(Fraction(bound), 1) for bound in (bounds.low, bounds.high))
        return f"{low} to {high}"


@dataclass(frozen=True)
class SessionChange:
    """Of one session and version: no figures where fewer than five people answered twice. `crowd`: too many at one end to see more."""

    version: ScenarioVersion
    n: int | None
    changes: Sequence[Change] = ()
    crowd: str = ""


@dataclass(frozen=True)
class Chosen:
    """What somebody chose, of whom it is not known any more who they were."""

    first: int
    second: int
    confidence: int

    @property
    def total(self) -> int:
        return self.first + self.second


Pair = tuple[ScenarioAnswer | Chosen, ScenarioAnswer | Chosen]


def change_at(session: Session, *, at: datetime) -> list[SessionChange]:
    """By version, each person compared with themselves; nothing before the last day is over, or each answer could be seen to arrive.

    Whoever was there by the register and answered the second time here counts here, wherever they answered first. In three queries, and none at other sessions.
    """
    if session.kind not in SCENARIOS_ASKED_AT or london_day(at) <= last_day_after(session):
        return []
    there = ScenarioAnswer.objects.filter(booking__session=session, booking__state=BookingState.PRESENT)
    after = list(there.filter(asked=AskedWhen.AFTER))
    people = {one.person_id for one in after}
    given = ScenarioAnswer.objects.filter(asked=AskedWhen.BEFORE, person__in=people) if people else []
    before = {(one.person_id, one.version_id): one for one in given}
    pairs: dict[UUID, list[Pair]] = defaultdict(list)
    for one in after:
        if first := before.get((one.person_id, one.version_id)):
            pairs[one.version_id].append((first, one))
    if not after:
        # They may have been removed after their time; the pairs are left.
        for tally in ScenarioTally.objects.filter(session=session):
            pairs[tally.version_id] = [(Chosen(*pair[:3]), Chosen(*pair[3:])) for pair in tally.pairs]
    found = ScenarioVersion.objects.filter(pk__in=pairs).order_by("number")
    versions = found.prefetch_related(Prefetch("scenarios", Scenario.objects.order_by("position")))
    return [_change(version, pairs[version.pk]) for version in versions]


def _change(version: ScenarioVersion, pairs: Sequence[Pair]) -> SessionChange:
    if len(pairs) < SMALLEST_BASE_SHOWN:
        return SessionChange(version, None)
    one, two = version.scenarios.all()
    counted = (
        (f"Scenario 1: {one}", "first", 0, max(WORTHS)),
        (f"Scenario 2: {two}", "second", 0, max(WORTHS)),
        ("Both together", "total", 0, MOST_IN_ALL),
        ("How sure they were", "confidence", min(CONFIDENCES), max(CONFIDENCES)),
    )
    scores = {
        name: ([getattr(before, name) for before, _ in pairs], [getattr(after, name) for _, after in pairs])
        for _, name, _, _ in counted
    }
    alike = {name for name, both in scores.items() if any(len(set(values)) == 1 for values in both)}
    # Two of these three tell the third.
    if alike & {"first", "second", "total"}:
        alike |= {"first", "second", "total"}
    changes = [
        Change(label, least, most, paired_change(*scores[name], in_short=True), name not in alike)
        for label, name, least, most in counted
    ]
    crowd = "" if "total" in alike else crowded_end([after.total for _, after in pairs], MOST_IN_ALL)
    return SessionChange(version, len(pairs), changes, crowd)
