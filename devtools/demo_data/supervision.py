"""Champions, supervision of half a year with its records, and staff surveys: two that are over and one that is open."""

from datetime import date, datetime, timedelta
from random import Random

from accounts.models import User
from common.clock import is_working_day, start_of_day
from devtools.demo_data.identity import next_id
from devtools.demo_data.people import Setting
from training.enums import (
    QUESTIONS_TO_BEGIN_WITH,
    ChampionEnd,
    QuestionKind,
    SupervisionKind,
    SupervisionRole,
    SupervisionState,
    WhyMissed,
)
from training.models import (
    Champion,
    ChampionTopic,
    Supervision,
    SupervisionAction,
    SupervisionReading,
    SupervisionRecord,
    SupervisionSession,
    Survey,
    SurveyBox,
    SurveyQuestion,
    SurveyReceipt,
    SurveyTemplate,
)

EVERY_WEEKS = 6
SESSIONS = 4
# Of ten sessions: so many held late, and so many that did not take place at first.
LATE, MISSED = 2, 1
TOPICS = (
    ("Neglect", "Missed care, empty cupboards, appointments that nobody keeps", "How to write what a child's day is like"),
    ("Stalking", "Fixation, pursuit, unwanted contact, devices", "Which dates to ask for, and how to count them"),
    ("Professional curiosity", "Asking once more, disguised compliance, who else lives there", "The second question, and whom to ask besides"),
    ("Adults at risk", "Self-neglect, hoarding, capacity, carers", "What adults' services need to know first"),
)  # fmt: skip
RECORDS = (
    ("Read three PPNs of the last weeks together. Two were clear; one left out who else lived there.",
     "Asked who had been in the flat before the call. It could also have been the neighbour.",
     "The address is known for other things. That told us nothing about this family.",
     "Tired after a run of nights. Offered a day off and the occupational health line."),
    ("Talked through a strategy discussion that went round in circles, and what to bring to the next one.",
     "What would the school have said, had we asked before eleven?",
     "We trusted the parent who speaks more easily. Next time each is heard alone.",
     "Well, and glad of the new colleague. Nothing needed now."),
)  # fmt: skip
WORDS = (
    "A quiet room for telephone calls.",
    "Fewer systems to type the same into.",
    "More time after a strategy discussion.",
    "That supervision is not moved when it is busy.",
    "To hear what became of a referral.",
    "A second screen.",
    "Training together with children's services.",
)
TEMPLATE = "How work is"


def make_supervision(setting: Setting, *, seed: int) -> int:
    """Make all three; returns how many sessions of supervision."""
    random = Random(f"{seed} supervision")
    _make_champions(setting, random)
    _make_surveys(setting, random)
    for number, (supervisee, supervisor) in enumerate(_pairs(setting)):
        _make_pair(setting, random, supervisee, supervisor, is_first=number == 0)
    return SupervisionSession.objects.count()


def _pairs(setting: Setting) -> list[tuple[User, User]]:
    """The demo's decision-maker first: the mentor supervises them, so that others lead their team. Then the hub and the sergeants' teams."""
    people = setting.people
    pairs = [(people["decision"], people["mentor"]), (people["officer"], people["sergeant"])]
    pairs += [(people["mentor"], people["manager"])]
    hub = [one for one in setting.by_role["MASH_DECISION_MAKER"] if one != people["decision"]]
    pairs += [(one, people["supervisor"]) for one in hub if one.team == setting.hub_team]
    for sergeant in setting.by_role["LINE_MANAGER"]:
        team = [one for one in setting.by_role["FRONTLINE_OFFICER"] if one.team == sergeant.team]
        if sergeant not in (people["manager"], people["sergeant"]):
            pairs += [(one, sergeant) for one in team]
    return list({supervisee: (supervisee, supervisor) for supervisee, supervisor in reversed(pairs)}.values())[::-1]


def _make_pair(setting: Setting, random: Random, supervisee: User, supervisor: User, *, is_first: bool) -> None:
    starts_on = setting.today - timedelta(weeks=EVERY_WEEKS * SESSIONS + 4)
    supervision = Supervision.objects.create(
        id=next_id(random),
        agency=setting.hub,
        supervisee=supervisee,
        supervisor=supervisor,
        kind=SupervisionKind.SUPERVISION,
        every_weeks=EVERY_WEEKS,
        starts_on=starts_on,
        arranged_at=start_of_day(starts_on) + timedelta(hours=10),
        arranged_by=setting.people["trainer"],
    )
    last = starts_on
    for number in range(1, SESSIONS + 1):
        fate = random.randrange(10)
        days = random.randint(2, 9) if fate < LATE and not is_first else -random.randint(0, 6)
        held_on = _working_day(last + timedelta(weeks=EVERY_WEEKS, days=days))
        if held_on >= setting.today:
            break
        if LATE <= fate < LATE + MISSED and not is_first:
            _session(setting, random, supervision, held_on - timedelta(days=7), missed=True)
        is_to_read = is_first and number == SESSIONS
        _record(random, _session(setting, random, supervision, held_on), is_to_read=is_to_read)
        last = held_on


def _session(
    setting: Setting, random: Random, supervision: Supervision, day: date, *, missed: bool = False
) -> SupervisionSession:
    day = _working_day(day)
    return SupervisionSession.objects.create(
        id=next_id(random),
        supervision=supervision,
        planned_on=day,
        state=SupervisionState.MISSED if missed else SupervisionState.HELD,
        held_on=None if missed else day,
        why_missed=WhyMissed.OPERATIONAL if missed else "",
        planned_at=_at(day - timedelta(days=14)),
        planned_by=supervision.supervisee,
        closed_at=_at(day),
        closed_by=supervision.supervisor,
    )


def _record(random: Random, session: SupervisionSession, *, is_to_read: bool) -> None:
    agreed, curiosity, fairness, wellbeing = random.choice(RECORDS)
    at = _at(session.takes_place_on)
    version = SupervisionRecord.objects.create(
        id=next_id(random),
        session=session,
        number=1,
        agreed=agreed,
        curiosity=curiosity,
        fairness=fairness,
        wellbeing=wellbeing,
        written_at=at,
        written_by=session.supervision.supervisor,
    )
    SupervisionAction.objects.create(
        id=next_id(random),
        version=version,
        position=1,
        what="Ask one more colleague before the next decision on this kind of case",
        owner=SupervisionRole.SUPERVISEE,
        due_on=session.takes_place_on + timedelta(days=21),
    )
    if not is_to_read:
        SupervisionReading.objects.create(
            id=next_id(random), version=version, read_at=at + timedelta(hours=1), read_by=session.supervision.supervisee
        )


def _make_champions(setting: Setting, random: Random) -> None:
    trainer = setting.people["trainer"]
    hub = [setting.people["mentor"], setting.people["decision"]]
    hub += [one for one in setting.by_role["MASH_DECISION_MAKER"] if one not in hub]
    began = setting.today - timedelta(days=200)
    for number, (title, about, helps_with) in enumerate(TOPICS):
        topic = ChampionTopic.objects.create(id=next_id(random), agency=setting.hub, title=title, about=about)
        values = {"topic": topic, "helps_with": helps_with, "named_by": trainer, "phone": f"Extension 44{number:02d}"}
        values |= {"reached": "Weekdays from 8am to 4pm", "refresh_by": setting.today + timedelta(days=165)}
        if number == 0:
            ended = {
                "ended_at": _at(began),
                "ended_by": setting.people["supervisor"],
                "end_reason": ChampionEnd.STEPPED_DOWN,
            }
            starts_on = began - timedelta(days=300)
            earlier = {"starts_on": starts_on, "ends_on": began, "named_at": _at(starts_on)} | ended
            Champion.objects.create(id=next_id(random), person=setting.people["supervisor"], **values | earlier)
        person = hub[number % len(hub)]
        Champion.objects.create(id=next_id(random), person=person, starts_on=began, named_at=_at(began), **values)


def _make_surveys(setting: Setting, random: Random) -> None:
    leader, today = setting.people["leader"], setting.today
    template = SurveyTemplate.objects.create(
        id=next_id(random), agency=setting.hub, title=TEMPLATE, made_at=_at(today - timedelta(days=400)), made_by=leader
    )
    questions = [
        SurveyQuestion.objects.create(id=next_id(random), template=template, position=place, words=words, kind=kind)
        for place, (words, kind) in enumerate(QUESTIONS_TO_BEGIN_WITH, start=1)
    ]
    staff = list(User.objects.filter(agency=setting.hub, is_active=True).order_by("pk"))
    for days_ago, share, mean in ((380, 0.5, 2.9), (190, 0.6, 3.4), (0, 0.0, 0.0)):
        opens_on = today - timedelta(days=days_ago)
        survey = Survey.objects.create(
            id=next_id(random),
            agency=setting.hub,
            template=template,
            opens_on=opens_on,
            closes_on=opens_on + timedelta(days=21),
            opened_at=start_of_day(opens_on) + timedelta(hours=8),
            opened_by=leader,
        )
        people = random.sample(staff, round(len(staff) * share))
        receipts = [SurveyReceipt(id=next_id(random), survey=survey, person=person) for person in people]
        SurveyReceipt.objects.bulk_create(receipts)
        for question in questions:
            _box(random, survey, question, len(people), mean)


def _box(random: Random, survey: Survey, question: SurveyQuestion, people: int, mean: float) -> None:
    marks, words = [0] * 5, []
    if question.kind == QuestionKind.SCALE:
        for _ in range(people):
            marks[min(max(round(random.gauss(mean, 1.0)), 1), 5) - 1] += 1
    elif people:
        words = sorted(random.sample(WORDS, len(WORDS) - 1), key=str.casefold)
    SurveyBox.objects.create(id=next_id(random), survey=survey, question=question, marks=marks, words=words)


def _working_day(day: date) -> date:
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def _at(day: date) -> datetime:
    return start_of_day(day) + timedelta(hours=14)
