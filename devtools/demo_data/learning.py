"""What people learned: two sessions of people with accounts, one that is just evaluated and one of three months ago, with questions."""

from dataclasses import asdict
from datetime import datetime, time, timedelta
from random import Random

from accounts.models import User
from common.clock import is_working_day, london_moment
from common.references import new_reference
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import Setting
from partners.enums import AskedWhen, BookingState, QuestionState, SessionKind, SessionState, Used, Venue
from partners.models import (
    Booking,
    Delegate,
    FollowUp,
    Scenario,
    ScenarioAnswer,
    ScenarioVersion,
    Session,
    SessionFeedbackBox,
    SessionFeedbackReceipt,
    SessionQuestion,
)
from partners.models.scenario_words import TO_BEGIN_WITH
from partners.models.sessions import USUAL_LENGTH

DELEGATES = 36
PLANS = (
    "Ask what we hold ourselves before I send anybody to the police",
    "Ring the hub the same day",
    "Keep the one-page guide at the front desk",
    "Write down why I shared, in two sentences",
    "Tell my team on Monday",
    "Check our own files first",
)
QUESTIONS = (
    (
        "Somebody at our club asked whether I may tell the grandparents.",
        "May grandparents be told about a danger to a child?",
        "Yes, if telling them protects the child: what they need to keep the child safe, and no more. Agree with the hub first who tells them, and write down why.",
    ),
    (
        "The mother says no. Do I need her consent?",
        "Do I need consent to share?",
        "No. Where a child or an adult is at risk you may share without it. Say that you share, unless saying so makes it more dangerous, and write down why.",
    ),
    (
        "How long does an application take?",
        "How long does an application under Clare's Law take?",
        "It is to be answered within 28 days of the first contact. That is too long where you know of a danger today: share what you hold, and let the application follow.",
    ),
)
STORIES = (
    (
        "We looked into our own files first and told the mother that afternoon what we knew.",
        "She changed the locks the same day. The application was not needed.",
    ),
    (
        "Reception had begun to hand out the link. They now ask the safeguarding lead.",
        "Two families were told by us in the last month.",
    ),
    ("I rang the hub in place of filling in a form for somebody.", ""),
)


def make_learning(setting: Setting, *, seed: int) -> int:
    """Make both sessions with all that was said about them; returns how many answers there are."""
    random = Random(f"{seed} learning")
    trainer = setting.people["trainer"]
    people = [user for role in ("PARTNER_PRACTITIONER", "TRAINING_COORDINATOR") for user in setting.by_role[role]]
    partner = setting.people["partner"]
    # The demo's own partner has not answered, so that they can.
    answering = [user for user in people if user != partner]
    version = ScenarioVersion.objects.create(
        id=named_id("scenario version", 1),
        force=setting.hub,
        number=1,
        request_key=named_id("scenario version key", 1),
        written_at=_when(setting, 60),
        written_by=trainer,
    )
    Scenario.objects.bulk_create(
        Scenario(id=named_id("scenario", place), version=version, position=place, **asdict(words))
        for place, words in enumerate(TO_BEGIN_WITH, start=1)
    )
    recent, earlier = _session(setting, 26), _session(setting, 103)
    places = _book(recent, answering, random)
    answers = [
        one for place, user in zip(places, answering, strict=True) for one in _answers(place, user, version, random)
    ]
    ScenarioAnswer.objects.bulk_create(answers)
    _feedback(recent, answering, random)
    _questions(recent, answering, trainer)
    _book(earlier, [partner, *answering], random)
    # Of which nobody answers any more, so that what was said counts and is told.
    _follow_ups(_book(_session(setting, 132), answering, random))
    return len(answers)


def _when(setting: Setting, back: int, hour: time = time(10)) -> datetime:
    """That many days ago, or the working day before."""
    day = setting.today - timedelta(days=back)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return london_moment(day, hour)


def _session(setting: Setting, back: int) -> Session:
    trainer, starts_at = setting.people["trainer"], _when(setting, back, time(9, 30))
    planned_at, opened_at = starts_at - timedelta(days=40), starts_at - timedelta(days=39)
    session = Session.objects.create(
        id=named_id("learning session", back),
        host=setting.hub,
        kind=SessionKind.CLARES_LAW,
        title="Share it yourself: for safeguarding leads",
        about="Two scenarios, the law, and the two scenarios again.",
        starts_at=starts_at,
        ends_at=starts_at + USUAL_LENGTH,
        venue=Venue.ONLINE,
        joining_link=f"https://meet.example.org/{named_id('learning meeting', back)}",
        capacity=40,
        booking_closes_at=starts_at,
        state=SessionState.HELD,
        planned_at=planned_at,
        planned_by=trainer,
        changed_at=planned_at,
        opened_at=opened_at,
        opened_by=trainer,
        held_at=starts_at + USUAL_LENGTH,
        held_by=trainer,
    )
    session.trainers.add(trainer)
    return session


def _book(session: Session, people: list[User], random: Random) -> list[Booking]:
    """Who has an account was there; delegates beside them, as at every session, some of whom were not. Returns the former, in order."""
    used = set(Booking.objects.values_list("reference", flat=True))
    places = []
    delegates = list(Delegate.objects.select_related("agency", "added_by").order_by("pk")[: DELEGATES - len(people)])
    everybody: list[User | Delegate] = [*people, *delegates]
    for number, person in enumerate(everybody):
        assert person.agency is not None  # noqa: S101 -- everybody here belongs to one
        while (reference := new_reference("BKG", session.starts_at.year, random=random)) in used:
            pass
        used.add(reference)
        places.append(
            Booking(
                id=named_id("learning place", session.pk, number),
                reference=reference,
                session=session,
                agency=person.agency,
                user=person if isinstance(person, User) else None,
                delegate=person if isinstance(person, Delegate) else None,
                state=BookingState.ABSENT if isinstance(person, Delegate) and number % 4 == 0 else BookingState.PRESENT,
                request_key=named_id("learning place key", session.pk, number),
                booked_at=session.starts_at - timedelta(days=20, minutes=number),
                booked_by=person if isinstance(person, User) else person.added_by,
                registered_at=session.held_at,
                registered_by=session.held_by,
            )
        )
    return Booking.objects.bulk_create(places)[: len(people)]


def _answers(place: Booking, user: User, version: ScenarioVersion, random: Random) -> list[ScenarioAnswer]:
    """Low before and higher after, as people do; one in six answered before only."""
    session = place.session
    moments = {
        AskedWhen.BEFORE: session.starts_at - timedelta(days=random.randint(0, 5), minutes=5),
        AskedWhen.AFTER: session.ends_at + timedelta(minutes=random.randint(-10, 600)),
    }
    if random.random() < 0.16:
        del moments[AskedWhen.AFTER]
    spans = {AskedWhen.BEFORE: ((0, 3), (1, 3)), AskedWhen.AFTER: ((2, 4), (3, 5))}
    return [
        ScenarioAnswer(
            id=named_id("scenario answer", place.pk, asked),
            version=version,
            booking=place,
            person=user,
            asked=asked,
            first=random.randint(*spans[asked][0]),
            second=random.randint(*spans[asked][0]),
            confidence=random.randint(*spans[asked][1]),
            answered_at=at,
        )
        for asked, at in moments.items()
    ]


def _feedback(session: Session, people: list[User], random: Random) -> None:
    """Sums alone, as they are kept."""
    said = people[: max(6, len(people) - 3)]
    marks = {name: [0] * 5 for name in ("useful", "sure_before", "sure_after")}
    for _ in said:
        for name, span in (("useful", (3, 5)), ("sure_before", (1, 3)), ("sure_after", (3, 5))):
            marks[name][random.randint(*span) - 1] += 1
    SessionFeedbackReceipt.objects.bulk_create(
        SessionFeedbackReceipt(id=named_id("feedback receipt", user.pk), session=session, person=user) for user in said
    )
    SessionFeedbackBox.objects.create(session=session, practice=sorted(PLANS, key=str.casefold), **marks)


def _questions(session: Session, people: list[User], trainer: User) -> None:
    """Three that are published and one that waits."""
    at = session.ends_at
    for number, (words, public_question, public_answer) in enumerate(QUESTIONS):
        SessionQuestion.objects.create(
            id=named_id("question", number),
            session=session,
            words=words,
            state=QuestionState.PUBLISHED,
            request_key=named_id("question key", number),
            asked_at=at + timedelta(hours=number),
            asked_by=people[number],
            answer=public_answer,
            answered_at=at + timedelta(days=1),
            answered_by=trainer,
            public_question=public_question,
            public_answer=public_answer,
            published_at=at + timedelta(days=2, hours=number),
            published_by=trainer,
        )
    SessionQuestion.objects.create(
        id=named_id("question", "open"),
        session=session,
        words="Whom do we ring at the weekend?",
        request_key=named_id("question key", "open"),
        asked_at=at + timedelta(days=9),
        asked_by=people[4],
    )


def _follow_ups(places: list[Booking]) -> None:
    """Three stories that may be told, two who used it and keep it to themselves, one who will, one who did not."""
    said = [(Used.YES, how, changed, True) for how, changed in STORIES]
    said += [(Used.YES, "In supervision.", "", False), (Used.YES, "With a new colleague.", "", False)]
    said += [(Used.NOT_YET, "", "", False), (Used.NO, "", "", False)]
    FollowUp.objects.bulk_create(
        FollowUp(
            id=named_id("follow-up", place.pk),
            booking=place,
            used=used,
            how=how,
            changed=changed,
            may_tell=may_tell,
            answered_at=place.session.ends_at + timedelta(days=94, minutes=number),
        )
        for number, (place, (used, how, changed, may_tell)) in enumerate(zip(places, said, strict=False))
    )
