"""Grading rounds: three published, one whose grades are being agreed, one that waits for its graders, one that is planned."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from accounts.models import Agency, User
from common.clock import Quarter, quarter_of, start_of_day
from common.statistics import sampling
from devtools.demo_data.identity import named_id, next_id, quality_of
from devtools.demo_data.people import Setting
from grading.enums import Criterion, FeedbackState, RemovalReason, ReplyState, RoundState, RoundStrata
from grading.management.commands.import_published_grades import CARRIED
from grading.models import (
    AgreedGrade,
    Assignment,
    Grade,
    GradeFeedback,
    GradingRound,
    Invitation,
    InvitationReply,
    Removal,
    RoundItem,
)
from grading.queries.grades import must_be_discussed
from grading.queries.panel import may_judge
from grading.queries.population import digest_of, frame, planned_round, ppns_of, sizes_of, strata_of
from grading.queries.rubric import suggested_overall
from grading.services.published import import_published_grades
from referrals.models import Referral
from referrals.queries import newest_versions, parts_taken

PUBLISHED = 3
SIZE = 10
# Of the round that is being graded; nobody has graded it.
REPLACED = 9
MOST_SEEDS = 60

STRENGTHS = {
    1: ("It was sent.", "The address is right, so that somebody could call."),
    2: ("The event is told in order.", "The people in the home are named.", "It was sent in the same shift."),
    3: (
        "The person's own words are there, and who was present.",
        "I could picture the home from what was seen.",
        "The reason for the level of risk is given.",
    ),
    4: (
        "The words were weighed against what was seen, and it says what is not known.",
        "A worker could act on this within the hour: who, what, when to ring and when not.",
        "It looks past tonight: the earlier calls are put together into a pattern.",
    ),
}
# Each with the criterion that it is about.
LEARNING = {
    1: {
        "Say what happened and what worries you; “refuses” and “attention seeking” tell a partner nothing.": Criterion.CONCERN,
        "Speak with the person, or say why you could not. Without it nobody knows their side.": Criterion.VOICE,
    },
    2: {
        "Ask what an ordinary day is like and write that down.": Criterion.LIVED_EXPERIENCE,
        "“For information” leaves the partner guessing: say what you ask of whom.": Criterion.ACTION,
        "Give the reasons for the level of risk, not the level alone.": Criterion.RISK,
    },
    3: {
        "Say what would raise or lower the risk.": Criterion.RISK,
        "Give the source of each fact.": Criterion.CONCERN,
        "Add what happens if nothing changes.": Criterion.NEEDS_AND_HARM,
    },
    4: {
        "Tell your team how you got the conversation alone.": Criterion.VOICE,
        "Keep the ask as short as this one.": Criterion.ACTION,
    },
}
THEME_OF = {words: theme for by_grade in LEARNING.values() for words, theme in by_grade.items()}
DISAGREEMENT = "I asked for a visit the same day and named who: it stands in the last line. The system cut the box on the panel's page."
UNLIKE_THE_MARKS = {
    1: "What is missing matters more than what is there: no partner could act on it.",
    2: "The parts are fair, and a partner would still have to telephone before doing anything.",
    3: "A few marks are low, and all that a partner needs in order to act is there.",
    4: "The marks that are lower are on small things; the account and the plan stand out.",
}
NOTE = "About two hours in all, whenever it suits you within ten working days."
CANNOT = "On leave when the quarter ends."
AGREED = (
    "The voice is there but nothing follows from it, which weighs more than the clear event.",
    "Agreed after reading the history again: the pattern is stated, so the higher grade.",
    "One of us had missed the blanks in the identity part; the lower grade stands.",
    "Both had the same reading; the ask decides it.",
)


@dataclass(frozen=True)
class _Plan:
    quarter: Quarter
    state: RoundState
    opened_at: datetime
    # The newest of the published ones in whose quarter the demo's officer wrote: in its sample is a PPN of theirs, and they have
    # feedback to read.
    has_news: bool = False


def make_rounds(setting: Setting, *, seed: int) -> int:
    """Import the rounds that were published elsewhere and make the service's own; returns how many of these."""
    with CARRIED.open("rb") as file:
        import_published_grades(file=file, source=CARRIED.name, at=start_of_day(setting.today))
    made = [_make(setting, plan, Random(f"{seed} {plan.quarter.label}")) for plan in _plans(setting)]
    _plan_next(setting, Random(f"{seed} planned round"))
    return sum(made) + 1


def _plans(setting: Setting) -> list[_Plan]:
    now = start_of_day(setting.today)
    quarters = [quarter_of(setting.today).previous()]
    while len(quarters) < PUBLISHED + 2:
        quarters.append(quarters[-1].previous())
    graded, moderated, *published = quarters
    news = next((one for one in published if _officer_wrote_in(setting, one)), published[0])
    plans = [_Plan(graded, RoundState.GRADING, now - timedelta(days=3))]
    for quarter in (moderated, *published):
        state = RoundState.MODERATING if quarter == moderated else RoundState.PUBLISHED
        opened_at = min(now, quarter.ends_before + timedelta(days=8, hours=10))
        plans.append(_Plan(quarter, state, opened_at, has_news=quarter == news))
    return plans[::-1]


def _officer_wrote_in(setting: Setting, quarter: Quarter) -> bool:
    return ppns_of(setting.hub.pk, quarter).filter(author=setting.people["officer"]).exists()


def _make(setting: Setting, plan: _Plan, random: Random) -> bool:
    supervisor = setting.people["supervisor"]
    # The one that is being graded shows a draw from strata.
    strata = RoundStrata.DISTRICT if plan.state == RoundState.GRADING else ""
    round = _round(setting, plan.quarter, random, opened_at=plan.opened_at, strata=strata)
    round.state = plan.state
    round.drawn_at, round.drawn_by = plan.opened_at, supervisor
    round.assigned_at, round.assigned_by = plan.opened_at, supervisor
    population = frame(round, at=plan.opened_at)
    if not population:
        return False
    round.selected_at_opening = round.frame_size = len(population)
    round.frame_digest, round.frame_strata = digest_of(round, population), sizes_of(round, population)
    if plan.state == RoundState.PUBLISHED:
        round.published_at, round.published_by = plan.opened_at + timedelta(days=21), supervisor
    if plan.has_news:
        round.seed = _seed_that_draws_from(setting.people["officer"], list(population), random) or round.seed
    round.save(force_insert=True)
    sample = sampling.draw_stratified(round.seed, strata_of(population), SIZE)
    if plan.state == RoundState.GRADING and len(sample) == SIZE:
        sample += _next_in_place_of(sample[REPLACED - 1], round, population, sample)
    versions = newest_versions([UUID(drawn.id) for drawn in sample])
    items = [
        RoundItem(
            id=next_id(random),
            round=round,
            referral_id=UUID(drawn.id),
            position=drawn.position,
            ticket=drawn.ticket,
            stratum=drawn.stratum,
            version=versions[UUID(drawn.id)],
        )
        for drawn in sample
    ]
    known = Referral.objects.select_related("author").in_bulk([item.referral_id for item in items])
    parts = parts_taken(list(known))
    panel = setting.by_role["PANEL_MEMBER"]
    assignments, grades, agreed = [], [], []
    for item in items:
        referral = known[item.referral_id]
        able = [one for one in panel if may_judge(one, referral, took_part=parts[referral.pk])]
        chosen = _graders(able, item.position, setting)
        given = [_grade(random, quality_of(referral.pk)) for _ in chosen]
        for grader, overall in zip(chosen, given, strict=True):
            assignment = Assignment(id=next_id(random), item=item, grader=grader, assigned_at=plan.opened_at)
            assignments.append(assignment)
            if plan.state != RoundState.GRADING or _has_graded(grader, item):
                grades.append(_graded(random, assignment, overall, at=plan.opened_at + timedelta(hours=item.position)))
        if _is_agreed(item, plan):
            agreed.append(_agree(random, item, given, plan, by=supervisor))
    RoundItem.objects.bulk_create(items)
    if len(items) > SIZE:
        _replace(random, items[REPLACED - 1], items[-1], plan, by=supervisor)
    Assignment.objects.bulk_create(assignments)
    Grade.objects.bulk_create(grades)
    AgreedGrade.objects.bulk_create(agreed)
    _say_who_discussed(agreed, assignments, grades)
    GradeFeedback.objects.bulk_create(_feedback(setting, plan, round, items, grades, known, random))
    return True


def _next_in_place_of(
    replaced: sampling.Drawn, round: GradingRound, population: dict[str, str], sample: list[sampling.Drawn]
) -> list[sampling.Drawn]:
    taken = [drawn.id for drawn in sample]
    found = sampling.draw_stratified_replacement(round.seed, strata_of(population), taken, replaced.stratum)
    return [found] if found else []


def _round(
    setting: Setting, quarter: Quarter, random: Random, *, opened_at: datetime, strata: str = ""
) -> GradingRound:
    """As it is opened."""
    planned = planned_round(setting.hub, quarter, filter={}, strata=strata)
    return GradingRound(
        id=named_id("round", quarter.label, setting.today),
        force=setting.hub,
        name=quarter.label,
        starts_on=quarter.start,
        ends_on=quarter.end,
        rule=planned.rule,
        strata=planned.strata,
        size=SIZE,
        seed=f"{random.getrandbits(128):032x}",
        algorithm=sampling.ALGORITHM,
        opened_at=opened_at,
        opened_by=setting.people["supervisor"],
    )


def _plan_next(setting: Setting, random: Random) -> None:
    """The round of the running quarter, to which agencies are invited: some have answered, the demo's panel member has not."""
    quarter = quarter_of(setting.today)
    opened_at = max(quarter.starts_at, start_of_day(setting.today) - timedelta(days=3))
    round = _round(setting, quarter, random, opened_at=opened_at)
    round.selected_at_opening = len(frame(round, at=opened_at))
    round.save(force_insert=True)
    by_agency: dict[Agency, list[User]] = defaultdict(list)
    for person in setting.by_role["PANEL_MEMBER"]:
        if person.agency is not None:
            by_agency[person.agency].append(person)
    for agency, people in by_agency.items():
        invitation = Invitation.objects.create(
            id=next_id(random),
            round=round,
            agency=agency,
            places=len(people),
            reply_by=setting.today + timedelta(days=7),
            note=NOTE,
            invited_at=opened_at + timedelta(hours=2),
            invited_by=round.opened_by,
        )
        InvitationReply.objects.bulk_create(_replies(setting, invitation, people, random))


def _replies(setting: Setting, invitation: Invitation, people: list[User], random: Random) -> list[InvitationReply]:
    """All but the demo's panel member: the first of an agency takes part, its others cannot."""
    return [
        InvitationReply(
            id=next_id(random),
            invitation=invitation,
            person=person,
            state=ReplyState.DECLINED if number else ReplyState.ACCEPTED,
            reason=CANNOT if number else "",
            replied_at=invitation.invited_at + timedelta(hours=3 + number),
        )
        for number, person in enumerate(people)
        if person != setting.people["panel"]
    ]


def _replace(random: Random, item: RoundItem, successor: RoundItem, plan: _Plan, *, by: User) -> None:
    Removal.objects.create(
        id=next_id(random),
        item=item,
        successor=successor,
        reason=RemovalReason.RECOGNISED,
        words="The whole town heard of it: two of the panel knew at the first line whose home it is.",
        removed_at=plan.opened_at + timedelta(hours=5),
        removed_by=by,
    )


def _seed_that_draws_from(author: User, ids: list[str], random: Random) -> str | None:
    """A seed that draws a PPN of this author, of the first few dozen; None where they wrote none, or none of these does."""
    theirs = {str(pk) for pk in Referral.objects.filter(pk__in=ids, author=author).values_list("pk", flat=True)}
    for _ in range(MOST_SEEDS if theirs else 0):
        seed = f"{random.getrandbits(128):032x}"
        if any(drawn.id in theirs for drawn in sampling.draw(seed, ids, SIZE)):
            return seed
    return None


def _feedback(
    setting: Setting,
    plan: _Plan,
    round: GradingRound,
    items: list[RoundItem],
    grades: list[Grade],
    known: dict[UUID, Referral],
    random: Random,
) -> list[GradeFeedback]:
    """What the writers were told, and most have answered: of the one with news one disagrees, some wait, the demo's officer too."""
    points: dict[UUID, list[str]] = defaultdict(list)
    for grade in grades:
        points[grade.assignment.item_id].append(grade.learning_point)
    made = []
    for item in items:
        if item.agreed_grade is None:
            continue
        point, writer = points[item.pk][0], known[item.referral_id].author
        feedback = GradeFeedback(
            id=next_id(random),
            item=item,
            learning_point=point,
            theme=THEME_OF[point],
            chosen_at=item.agreed_at,
            chosen_by=item.agreed_by,
        )
        if round.published_at is not None:
            _tell(
                feedback,
                writer,
                at=round.published_at,
                is_new=plan.has_news,
                is_demo=writer == setting.people["officer"],
            )
        made.append(feedback)
    return made


def _tell(feedback: GradeFeedback, writer: User, *, at: datetime, is_new: bool, is_demo: bool) -> None:
    feedback.state, feedback.recipient, feedback.told_at = FeedbackState.TOLD, writer, at
    position = feedback.item.position
    if is_new and (is_demo or position % 3 == 0):
        return
    feedback.state = FeedbackState.DISAGREED if position % 7 == 0 else FeedbackState.READ
    feedback.disagreement = DISAGREEMENT if feedback.state == FeedbackState.DISAGREED else ""
    feedback.answered_at, feedback.answered_by = at + timedelta(days=position), writer


def _graders(able: list[User], position: int, setting: Setting) -> tuple[User, User]:
    police = [grader for grader in able if grader.agency_id == setting.hub.pk]
    partners = [grader for grader in able if grader.agency_id != setting.hub.pk]
    return partners[position % len(partners)], police[position % len(police)]


def _has_graded(grader: User, item: RoundItem) -> bool:
    """In the round that is being graded the demo's panel member has begun, the others have nearly done."""
    return item.position < 3 if grader.email.startswith("panel@") else item.position < 8


def _grade(random: Random, quality: int) -> int:
    return min(4, max(1, quality + random.choice((-1, 0, 0, 0, 0, 0, 1))))


def _graded(random: Random, assignment: Assignment, overall: int, *, at: datetime) -> Grade:
    marks = {str(criterion): _grade(random, overall) for criterion in Criterion}
    return Grade(
        id=next_id(random),
        assignment=assignment,
        overall=overall,
        criteria=marks,
        reason="" if suggested_overall(marks) == overall else UNLIKE_THE_MARKS[overall],
        strength=random.choice(STRENGTHS[overall]),
        learning_point=random.choice(list(LEARNING[overall])),
        submitted_at=at,
    )


def _is_agreed(item: RoundItem, plan: _Plan) -> bool:
    return plan.state == RoundState.PUBLISHED or (plan.state == RoundState.MODERATING and item.position < 5)


def _agree(random: Random, item: RoundItem, given: list[int], plan: _Plan, *, by: User) -> AgreedGrade:
    item.agreed_grade = given[0] if len(set(given)) == 1 else random.choice(given)
    item.agreed_reason = "" if len(set(given)) == 1 else random.choice(AGREED)
    item.agreed_at, item.agreed_by = plan.opened_at + timedelta(days=14), by
    return AgreedGrade(
        id=next_id(random),
        item=item,
        number=1,
        grade=item.agreed_grade,
        reason=item.agreed_reason,
        agreed_at=item.agreed_at,
        agreed_by=by,
    )


def _say_who_discussed(agreed: list[AgreedGrade], assignments: list[Assignment], grades: list[Grade]) -> None:
    """All graders of a PPN talked about it, where its grades are to be discussed."""
    given: dict[UUID, list[int]] = defaultdict(list)
    for grade in grades:
        given[grade.assignment.item_id].append(grade.overall)
    discussed = {
        one.item_id: one for one in agreed if must_be_discussed(min(given[one.item_id]), max(given[one.item_id]))
    }
    links = AgreedGrade.discussed_by.through
    links.objects.bulk_create(
        links(agreedgrade_id=discussed[one.item_id].pk, user_id=one.grader_id)
        for one in assignments
        if one.item_id in discussed
    )
