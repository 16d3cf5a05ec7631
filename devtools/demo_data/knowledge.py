"""Knowledge tests of two modules, ten questions each, all made up: who took them before and after, and how much better they became.

What somebody gets right goes by what they know, how hard the question is, and what they learned; all of it from the seed. Three
cohorts of a refresher about neglect have taken all of it; the test of the other module has just begun. One question is marked
wrongly on purpose, so that the analysis has something to find.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from common.clock import ONE_DAY, london_day, start_of_day
from common.statistics.picking import draw
from devtools.demo_data.identity import named_id, next_id
from devtools.demo_data.people import Setting
from devtools.demo_data.programmes import HELD, PPN, Plan, Teaching, make_cohort, make_programme, make_session
from training.enums import (
    Audience,
    KnowledgeTestState,
    Occasion,
    Presence,
    TrainingSessionState,
)
from training.models import (
    Cohort,
    CohortMember,
    KnowledgeOption,
    KnowledgeQuestion,
    KnowledgeTest,
    KnowledgeTestQuestion,
    Module,
    RegisterEntry,
    Sitting,
    SittingAnswer,
)
from training.models.knowledge import fingerprint_of
from training.models.modules import months_after

NEGLECT_OF_CHILDREN = "Neglect of children"
# name of a cohort, role, from which and up to which of them, how many days ago they were taught
REFRESHER = "Neglect: a refresher for the front line"
COHORTS = (
    ("Response, first half", "FRONTLINE_OFFICER", slice(0, 9), 130),
    ("Response, second half", "FRONTLINE_OFFICER", slice(9, 18), 118),
    ("Sergeants", "LINE_MANAGER", slice(0, 7), 110),
)
# Of eight people at the refresher one was away.
ONE_AWAY = (*["PRESENT"] * 7, "ABSENT")
WRITTEN_DAYS_AGO, OPENED_DAYS_AGO = 180, 170
FOLLOW_UP_MONTHS = 3
# How much somebody learns: on average enough to turn half right into four fifths.
LEARNED, LEARNED_SPREAD, FORGOTTEN = 1.6, 0.6, 0.4


@dataclass(frozen=True)
class _Question:
    """`hard`: 0 is right for half of those who know a middling amount. `right`: which answer is marked, from 1."""

    words: str
    options: Sequence[str]
    why: str
    hard: float = 0.0
    right: int = 1
    scenario: str = ""


NEGLECT = (
    "You are called to noise in a flat. Two children of about three and seven are alone. The fridge is empty, the seven-year-old "
    "says that mum is back soon. A neighbour says that this is the third night."
)
QUESTIONS: dict[str, tuple[_Question, ...]] = {
    NEGLECT_OF_CHILDREN: (
        _Question(
            "What do you do first?",
            ("See that both children are safe, and stay with them", "Write the form", "Wait outside for the mother"),
            "Safety comes before every form.",
            -1.2,
            scenario=NEGLECT,
        ),
        _Question(
            "Whose words does the form need most?",
            ("Those of the seven-year-old, as they were said", "The neighbour's", "Your own summary"),
            "What a child said, in the child's own words, tells more than anybody's summary.",
            0.2,
            scenario=NEGLECT,
        ),
        _Question(
            "The mother comes back and says that it was the first time. What goes into the form?",
            ("What she says, and what the neighbour says", "What she says", "Nothing about it"),
            "Both stand in the form, each with who said it.",
            -0.3,
            scenario=NEGLECT,
        ),
        _Question(
            "Which of these may be a sign of neglect?",
            ("Appointments that were missed again and again", "One cold", "A messy room on a school day"),
            "One thing on one day tells little; what comes again tells more.",
            -0.8,
        ),
        _Question(
            "You are not sure whether what you saw is enough. What do you do?",
            ("Send what you saw, and say what you do not know", "Wait until you are sure", "Ask the family to decide"),
            "Others may hold the missing piece. What you do not know is said as such.",
            -0.2,
        ),
        _Question(
            "When do you tell the parents that you send a form?",
            ("Before, unless it puts somebody at risk", "Never", "Always, whatever happens"),
            "People are told, except where telling them would put somebody at risk.",
            0.6,
            right=3,  # wrongly marked, on purpose
        ),
        _Question(
            "Who may be spoken to alone?",
            ("Each child, at their own pace", "Only the parents", "Only the oldest child"),
            "Each child may have something to say that nobody else says.",
            0.1,
        ),
        _Question(
            "A relative says: that family is just like that. What is it?",
            ("An opinion, written down as one", "A fact", "A reason to close the record"),
            "An opinion is marked as one, with who holds it.",
            0.4,
        ),
        _Question(
            "What does professional curiosity ask of you?",
            ("To look behind the first answer, kindly", "To believe nobody", "To ask as few questions as you can"),
            "It is asking on, with respect, when something does not fit.",
            -0.5,
        ),
        _Question(
            "What matters most when somebody has come to notice before?",
            ("How what happened then and now hangs together", "The number of forms", "Who wrote the forms"),
            "A history shows a pattern that one visit does not.",
            0.8,
        ),
    ),
    PPN: (
        _Question(
            "What does a partner need first?",
            (
                "What happened, to whom, and what you are worried about",
                "Your shift pattern",
                "The whole custody record",
            ),
            "A partner acts on what happened and what is feared.",
            -0.9,
        ),
        _Question(
            "Which sentence is a fact?",
            (
                "The boy had a bruise of two centimetres on the left arm",
                "The boy seemed neglected",
                "The home felt wrong",
            ),
            "It can be seen and measured. The others are opinions.",
            -0.4,
        ),
        _Question(
            "What helps to see the child's day?",
            ("What the child eats, where they sleep, who brings them to school", "The height of the rent", "The car"),
            "A day in the life shows what a list of worries does not.",
            0.0,
        ),
        _Question(
            "You disagree with a colleague about the risk. What stands in the PPN?",
            ("Both views, with reasons", "The view of the higher rank", "Nothing"),
            "Who reads it later has to know that it was seen in two ways.",
            0.5,
        ),
        _Question(
            "What does Operation Encompass do?",
            ("It tells the school before the next school day", "It closes the case", "It counts forms"),
            "So that somebody at school knows what the child has been through.",
            -0.6,
        ),
        _Question(
            "What do you do with a word that only the police use?",
            ("Say it in words that everybody understands", "Leave it", "Put it in capitals"),
            "The reader may be a teacher or a nurse.",
            -0.7,
        ),
        _Question(
            "Which history belongs in it?",
            ("What bears on the risk now", "Everything there is", "None"),
            "What bears on the risk, and not more: people have a right to that.",
            0.7,
        ),
        _Question(
            "By when is a PPN sent?",
            ("Before the end of the shift", "When the week is over", "After the holidays"),
            "So that partners can act while it matters.",
            -0.2,
        ),
        _Question(
            "What does the risk level rest on?",
            ("Reasons that are written beside it", "A feeling", "The number of people in the flat"),
            "Without reasons nobody can check it.",
            0.1,
        ),
        _Question(
            "What do you say of consent?",
            ("Whether it was asked for, and if not, why", "Nothing", "That everybody agreed"),
            "Whether and why are part of the decision to share.",
            0.3,
        ),
    ),
}


@dataclass
class _Made:
    random: Random
    setting: Setting
    sittings: int = 0


def make_knowledge(setting: Setting, *, seed: int) -> int:
    """Make the questions, two open tests, and what people answered; returns how many sittings."""
    made = _Made(Random(f"{seed} knowledge"), setting)
    _teach(made)
    for title, questions in QUESTIONS.items():
        module = Module.objects.get(force=setting.hub, title=title)
        bank = [_question(setting, module, one, number) for number, one in enumerate(questions, start=1)]
        test = _test(setting, module, bank)
        for cohort in Cohort.objects.filter(programme__modules=module, programme__force=setting.hub).order_by("pk"):
            _cohort(made, test, bank, cohort)
    return made.sittings


def _teach(made: _Made) -> None:
    """The refresher with its cohorts: each was taught once, most were there, and have the hours in their CPD log."""
    setting, teaching = made.setting, Teaching(made.random, made.setting)
    programme = make_programme(setting, REFRESHER, Audience.FRONTLINE, [NEGLECT_OF_CHILDREN], since=OPENED_DAYS_AGO)
    for name, role, which, days in COHORTS:
        people = [one for one in setting.by_role[role] if one.agency == setting.hub][which]
        cohort = make_cohort(
            setting, programme, name, "Summer", people, set_up=OPENED_DAYS_AGO, starts_on=-days - 7, ends_on=7 - days
        )
        make_session(teaching, cohort, people, Plan(NEGLECT_OF_CHILDREN, -days, state=HELD, marks=ONE_AWAY))
    teaching.save()


def _question(setting: Setting, module: Module, given: _Question, number: int) -> KnowledgeQuestion:
    question = KnowledgeQuestion.objects.create(
        id=named_id("knowledge question", module.title, number),
        module=module,
        scenario=given.scenario,
        words=given.words,
        explanation=given.why,
        written_at=start_of_day(setting.today - timedelta(days=WRITTEN_DAYS_AGO)) + timedelta(hours=9, minutes=number),
        written_by=setting.people["trainer"],
    )
    KnowledgeOption.objects.bulk_create(
        KnowledgeOption(
            id=named_id("knowledge option", module.title, number, place),
            question=question,
            position=place,
            words=words,
            is_right=place == given.right,
        )
        for place, words in enumerate(given.options, start=1)
    )
    return question


def _test(setting: Setting, module: Module, bank: Sequence[KnowledgeQuestion]) -> KnowledgeTest:
    trainer, opened_at = setting.people["trainer"], start_of_day(setting.today - timedelta(days=OPENED_DAYS_AGO))
    test = KnowledgeTest.objects.create(
        id=named_id("knowledge test", module.title),
        module=module,
        title=f"Ten questions: {module.short_title}",
        pass_percent=70,
        attempts=2,
        months_to_follow_up=FOLLOW_UP_MONTHS,
        made_at=opened_at - ONE_DAY,
        made_by=trainer,
    )
    KnowledgeTestQuestion.objects.bulk_create(
        KnowledgeTestQuestion(id=named_id("asks", test.pk, place), test=test, question=question, position=place)
        for place, question in enumerate(bank, start=1)
    )
    test.state, test.opened_at, test.opened_by = KnowledgeTestState.OPEN, opened_at, trainer
    test.fingerprint = fingerprint_of(bank)
    test.save()
    return test


def _cohort(made: _Made, test: KnowledgeTest, bank: Sequence[KnowledgeQuestion], cohort: Cohort) -> None:
    """Before the first session of the module most take it; who was there takes it afterwards, and some of them months later."""
    entries = RegisterEntry.objects.filter(
        session__cohorts=cohort, session__module_version__module=test.module, session__state=TrainingSessionState.HELD
    ).select_related("session")
    there = {
        entry.person_id: entry.session for entry in entries if entry.presence in (Presence.PRESENT, Presence.PARTLY)
    }
    knows_here = made.random.gauss(0, 0.3)
    members = CohortMember.objects.filter(cohort=cohort).select_related("person").order_by("person__email")
    for place, member in enumerate(members):
        person, session = member.person, there.get(member.person_id)
        knows = knows_here + made.random.gauss(0, 0.8)
        if session is None:
            # Not taught yet, or away: some have taken it, the first of each still has it to take.
            if place and cohort.starts_on < made.setting.today:
                day = start_of_day(made.setting.today - timedelta(days=2)) + timedelta(hours=11, minutes=place)
                _sit(made, test, bank, person, cohort, Occasion.BEFORE, knows, day)
            continue
        if place != 1:  # one came without having taken it before
            _sit(made, test, bank, person, cohort, Occasion.BEFORE, knows, session.starts_at - timedelta(hours=2))
        learned = knows + max(0.0, made.random.gauss(LEARNED, LEARNED_SPREAD))
        after = session.ends_at + timedelta(minutes=5 + place)
        first = _sit(made, test, bank, person, cohort, Occasion.AFTER, learned, after)
        if not first.has_passed(test.pass_percent):
            again = after + timedelta(days=1)
            _sit(made, test, bank, person, cohort, Occasion.AFTER, learned + 0.5, again, attempt=2)
        due = first.follow_up_on
        if due and due <= made.setting.today and place % 3:
            later = min(start_of_day(due) + timedelta(days=1, hours=10), start_of_day(made.setting.today))
            if london_day(later) >= due:
                _sit(made, test, bank, person, cohort, Occasion.FOLLOW_UP, learned - FORGOTTEN, later)


def _sit(
    made: _Made,
    test: KnowledgeTest,
    bank: Sequence[KnowledgeQuestion],
    person: User,
    cohort: Cohort,
    occasion: Occasion,
    knows: float,
    at: datetime,
    *,
    attempt: int = 1,
) -> Sitting:
    """One sitting, handed in ten minutes after it was begun."""
    sitting = Sitting(
        id=next_id(made.random),
        test=test,
        person=person,
        agency=made.setting.hub,
        cohort=cohort,
        occasion=occasion,
        attempt=attempt,
        begun_at=at,
    )
    by_key = {str(question.pk): question for question in bank}
    sitting.order = [by_key[one.id].pk for one in draw(str(sitting.pk), by_key, len(bank))]
    sitting.save(force_insert=True)
    given = QUESTIONS[test.module.title]
    answers = []
    for question, asked in zip(bank, given, strict=True):
        options = sorted(question.options.all(), key=lambda option: option.position)
        chosen = _chosen(made.random, asked, options, knows)
        if chosen is not None:
            answers.append(SittingAnswer(id=next_id(made.random), sitting=sitting, question=question, option=chosen))
    SittingAnswer.objects.bulk_create(answers)
    sitting.right = sum(answer.option.is_right for answer in answers)
    sitting.out_of, sitting.handed_in_at = len(bank), at + timedelta(minutes=10)
    if occasion == Occasion.AFTER and attempt == 1:
        sitting.follow_up_on = months_after(london_day(sitting.handed_in_at), FOLLOW_UP_MONTHS)
    sitting.save()
    made.sittings += 1
    return sitting


def _chosen(
    random: Random, asked: _Question, options: Sequence[KnowledgeOption], knows: float
) -> KnowledgeOption | None:
    """The answer that is true (always the first), by how much somebody knows; else another, or now and then none."""
    if random.random() < 1 / (1 + math.exp(asked.hard - knows)):
        return options[0]
    return None if random.random() < 0.1 else random.choice(options[1:])
