"""Training: the catalogue, six modules, profiles that ask for them, and three years of records at every stage, with their signatures."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, auto
from random import Random
from uuid import UUID

from django.db import connection

from accounts.models import User
from common.clock import is_working_day, start_of_day
from devtools.demo_data.cpd import make_cpd
from devtools.demo_data.identity import named_id, next_id
from devtools.demo_data.modules import MODULES, Course
from devtools.demo_data.people import Setting
from devtools.demo_data.profiles import make_profiles
from training.enums import STATEMENTS, RecordState, SignerRole
from training.management.commands.import_catalogue import CARRIED, SAME_COURSE
from training.models import (
    Module,
    ModulePrerequisite,
    ModuleVersion,
    RecordVersion,
    SendingBack,
    Signature,
    SignatureRevocation,
    TrainingRecord,
)
from training.services.catalogue import import_catalogue

LEARNERS = ("FRONTLINE_OFFICER", "MASH_DECISION_MAKER", "MASH_SUPERVISOR", "MENTOR", "LINE_MANAGER")
BEGAN = timedelta(days=4 * 365)
SECOND_VERSION_BEGAN = timedelta(days=400)
OLDEST = timedelta(days=3 * 365)
REASONS = (
    "Say which calls were discussed, and what was different afterwards.",
    "I have not seen it used yet. Please add what was observed on a shift.",
)
BETTER = " Added: seen on two late shifts since, with the reason for the level of risk written down each time."


class _Fate(Enum):
    """How somebody stands towards a module today."""

    IN_DATE = auto()
    DUE = auto()
    LAPSED = auto()
    WAITING_FOR_MENTOR = auto()
    WAITING_FOR_MANAGER = auto()
    SENT_BACK_BY_MENTOR = auto()
    SENT_BACK_BY_MANAGER = auto()
    CORRECTED = auto()
    COMPLETE_AFTER_CORRECTION = auto()
    MISSING = auto()


SHARES = {
    _Fate.IN_DATE: 60,
    _Fate.DUE: 8,
    _Fate.LAPSED: 8,
    _Fate.WAITING_FOR_MENTOR: 5,
    _Fate.WAITING_FOR_MANAGER: 5,
    _Fate.SENT_BACK_BY_MENTOR: 2,
    _Fate.SENT_BACK_BY_MANAGER: 2,
    _Fate.CORRECTED: 2,
    _Fate.COMPLETE_AFTER_CORRECTION: 4,
    _Fate.MISSING: 4,
}
# What the accounts of the demo find: something waits for mentor and manager, something came back to the trainer.
FIXED = {
    ("officer", "Frontline"): _Fate.COMPLETE_AFTER_CORRECTION,
    ("officer", "A good PPN"): _Fate.WAITING_FOR_MENTOR,
    ("decision", "MASH introduction"): _Fate.IN_DATE,
    ("decision", "Data integrity"): _Fate.WAITING_FOR_MANAGER,
    ("decision", "Risk"): _Fate.DUE,
    ("decision", "Neglect"): _Fate.LAPSED,
    ("decision", "A good PPN"): _Fate.SENT_BACK_BY_MENTOR,
    ("supervisor", "MASH introduction"): _Fate.IN_DATE,
    ("supervisor", "Data integrity"): _Fate.CORRECTED,
    ("supervisor", "Risk"): _Fate.WAITING_FOR_MANAGER,
    ("supervisor", "Neglect"): _Fate.SENT_BACK_BY_MANAGER,
}
DAYS_AGO = {
    _Fate.WAITING_FOR_MENTOR: (4, 12),
    _Fate.WAITING_FOR_MANAGER: (21, 28),
    _Fate.SENT_BACK_BY_MENTOR: (20, 26),
    _Fate.SENT_BACK_BY_MANAGER: (28, 34),
    _Fate.CORRECTED: (40, 50),
    _Fate.COMPLETE_AFTER_CORRECTION: (80, 260),
}
ENDS = {
    _Fate.WAITING_FOR_MENTOR: RecordState.LOGGED,
    _Fate.WAITING_FOR_MANAGER: RecordState.MENTOR_SIGNED,
    _Fate.SENT_BACK_BY_MENTOR: RecordState.SENT_BACK,
    _Fate.SENT_BACK_BY_MANAGER: RecordState.SENT_BACK,
    _Fate.CORRECTED: RecordState.LOGGED,
    _Fate.COMPLETE_AFTER_CORRECTION: RecordState.COMPLETE,
}


@dataclass
class _Made:
    """What has been made so far, to be written together: first as it was logged, then what followed a correction."""

    random: Random
    setting: Setting
    versions: dict[str, list[ModuleVersion]] = field(default_factory=dict)
    records: list[TrainingRecord] = field(default_factory=list)
    contents: list[RecordVersion] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    sendings_back: list[SendingBack] = field(default_factory=list)
    revocations: list[SignatureRevocation] = field(default_factory=list)
    corrected: list[tuple[TrainingRecord, RecordState, date, datetime]] = field(default_factory=list)


def make_training(setting: Setting, *, seed: int) -> int:
    """Import the catalogue, and make the modules, the records and the CPD log; returns how many records."""
    with CARRIED.open("rb") as file, SAME_COURSE.open("rb") as same_course:
        import_catalogue(file=file, same_course=same_course, at=start_of_day(setting.today))
    made = _Made(Random(f"{seed} training"), setting)
    _make_modules(made)
    make_profiles(setting)
    for role in LEARNERS:
        for person in setting.by_role[role]:
            if person.agency == setting.hub:
                for course in MODULES:
                    if role in course.required_for:
                        _follow(made, person, course)
    _save(made)
    make_cpd(setting, seed=seed)
    return len(made.records)


def _make_modules(made: _Made) -> None:
    for course in MODULES:
        module = Module(
            id=named_id("module", course.title),
            force=made.setting.hub,
            title=course.title,
            short_title=course.short_title,
            owner=made.setting.people["trainer"],
        )
        starts = [made.setting.today - BEGAN, made.setting.today - SECOND_VERSION_BEGAN]
        made.versions[course.title] = [
            ModuleVersion(
                id=named_id("module version", course.title, number),
                module=module,
                number=number,
                starts_on=starts_on,
                aims=aims,
                delivery=course.delivery,
                minutes=course.minutes,
                valid_months=course.valid_months,
                teaches=[theme.value for theme in course.teaches],
                link=course.link,
                materials=course.materials,
                review_on=made.setting.today + timedelta(days=course.review_in) if course.review_in else None,
            )
            for number, (aims, starts_on) in enumerate(zip(course.aims, starts, strict=False), start=1)
        ]
    versions = [version for taught in made.versions.values() for version in taught]
    Module.objects.bulk_create(taught[0].module for taught in made.versions.values())
    ModuleVersion.objects.bulk_create(versions)
    introduction, integrity = MODULES[0], MODULES[1]
    ModulePrerequisite.objects.create(
        id=named_id("module prerequisite", integrity.title, introduction.title),
        module_id=named_id("module", integrity.title),
        first_id=named_id("module", introduction.title),
        set_at=start_of_day(made.setting.today - BEGAN),
        set_by=made.setting.people["trainer"],
    )


def _follow(made: _Made, person: User, course: Course) -> None:
    """What one person did of one module, to where they stand today."""
    drawn = made.random.choices(list(SHARES), list(SHARES.values()))[0]
    fate = FIXED.get((person.email.partition("@")[0], course.short_title), drawn)
    if fate is _Fate.MISSING or _signers(made.setting, person) is None:
        return
    if fate in ENDS:
        done_on = _days_ago(made, made.random.randint(*DAYS_AGO[fate]))
        _log(made, person, course, done_on, fate=fate)
        return
    for done_on in _done_on(made, course, fate):
        _log(made, person, course, done_on, fate=_Fate.IN_DATE)


def _done_on(made: _Made, course: Course, fate: _Fate) -> Iterator[date]:
    """When it was done, and done again: the last time counts."""
    if course.valid_months is None:
        yield _days_ago(made, made.random.randint(60, 1000))
        return
    days = course.valid_months * 30
    ago = {
        _Fate.IN_DATE: (60, max(days - 150, 90)),
        _Fate.DUE: (days - 60, days - 15),
        _Fate.LAPSED: (days + 40, days + 150),
    }
    last = made.random.randint(*ago[fate])
    yield _days_ago(made, last)
    while (last := last + days - made.random.randint(20, 70)) < OLDEST.days:
        yield _days_ago(made, last)


def _log(made: _Made, person: User, course: Course, done_on: date, *, fate: _Fate) -> None:
    signers = _signers(made.setting, person)
    assert signers is not None  # noqa: S101 -- who has no signers was passed over
    mentor, line_manager = signers
    version = [one for one in made.versions[course.title] if one.starts_on <= done_on][-1]
    logged_at = _later(made, start_of_day(done_on), 1, 3)
    record = TrainingRecord(
        id=next_id(made.random),
        agency=made.setting.hub,
        person=person,
        module_version=version,
        trainer=made.setting.people["trainer"],
        mentor=mentor,
        line_manager=line_manager,
        logged_at=logged_at,
    )
    made.records.append(record)
    evidence = made.random.choice(course.evidence)
    content = _write(made, record, 1, done_on, evidence, logged_at)
    ends = ENDS.get(fate, RecordState.COMPLETE)
    if fate in (_Fate.IN_DATE, _Fate.WAITING_FOR_MENTOR, _Fate.WAITING_FOR_MANAGER):
        _sign(made, record, content, ends, after=logged_at)
        return
    sent_at = _send_back(made, record, content, by_manager=fate is _Fate.SENT_BACK_BY_MANAGER)
    if ends != RecordState.SENT_BACK:
        made.corrected.append((record, ends, done_on, _later(made, sent_at, 1, 4)))


def _send_back(made: _Made, record: TrainingRecord, content: RecordVersion, *, by_manager: bool) -> datetime:
    """Sent back by the mentor, or by the line manager after the mentor had signed; returns when."""
    by, at = record.mentor, _later(made, record.logged_at, 3, 9)
    reason = REASONS[by_manager]
    if by_manager:
        signature = _signature(record, content, SignerRole.MENTOR, at, next_id(made.random))
        made.signatures.append(signature)
        by, at = record.line_manager, _later(made, at, 2, 7)
        made.revocations.append(
            SignatureRevocation(
                id=next_id(made.random),
                signature=signature,
                revoked_at=at,
                revoked_by=by,
                reason=f"Sent back: {reason}",
            )
        )
    record.state = RecordState.SENT_BACK
    made.sendings_back.append(
        SendingBack(id=next_id(made.random), record=record, version=1, reason=reason, sent_at=at, sent_by=by)
    )
    return at


def _sign(made: _Made, record: TrainingRecord, content: RecordVersion, ends: RecordState, *, after: datetime) -> None:
    """The signatures of that state, the mentor's first."""
    record.state = ends
    if ends == RecordState.LOGGED:
        return
    at = _later(made, after, 2, 9)
    made.signatures.append(_signature(record, content, SignerRole.MENTOR, at, next_id(made.random)))
    if ends == RecordState.COMPLETE:
        at = _later(made, at, 1, 8)
        made.signatures.append(_signature(record, content, SignerRole.LINE_MANAGER, at, next_id(made.random)))
        record.completed_at, record.completed_by = at, record.line_manager
        record.lapses_on = record.module_version.lapses_on(content.done_on)


def _write(
    made: _Made, record: TrainingRecord, number: int, done_on: date, evidence: str, at: datetime
) -> RecordVersion:
    content = RecordVersion(
        id=next_id(made.random),
        record=record,
        number=number,
        done_on=done_on,
        method=record.module_version.delivery,
        evidence=evidence,
        written_at=at,
        written_by=record.trainer,
    )
    made.contents.append(content)
    return content


def _signature(record: TrainingRecord, content: RecordVersion, role: SignerRole, at: datetime, pk: UUID) -> Signature:
    signer = record.mentor if role == SignerRole.MENTOR else record.line_manager
    return Signature(
        id=pk,
        record=record,
        version=content.number,
        role=role,
        signer=signer,
        signed_as=signer.name,
        statement=STATEMENTS[role],
        content_sha256=content.content_hash(record),
        signed_at=at,
    )


def _save(made: _Made) -> None:
    """As it happened: signatures are for the version that counts, so those of a corrected record come after its correction."""
    with connection.cursor() as cursor:
        # A record and its signatures agree when all of them are there.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        TrainingRecord.objects.bulk_create(made.records)
        RecordVersion.objects.bulk_create(made.contents)
        Signature.objects.bulk_create(made.signatures)
        SendingBack.objects.bulk_create(made.sendings_back)
        SignatureRevocation.objects.bulk_create(made.revocations)

        before = {content.record_id: content for content in made.contents}
        made.contents, made.signatures = [], []
        for record, ends, done_on, at in made.corrected:
            record.version = 2
            content = _write(made, record, 2, done_on, before[record.pk].evidence + BETTER, at)
            _sign(made, record, content, ends, after=at)
        corrected = [record for record, *_ in made.corrected]
        TrainingRecord.objects.bulk_update(corrected, ["version", "state", "completed_at", "completed_by", "lapses_on"])
        RecordVersion.objects.bulk_create(made.contents)
        Signature.objects.bulk_create(made.signatures)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _signers(setting: Setting, person: User) -> tuple[User, User] | None:
    """Mentor and line manager: the hub's mentors in turn, and whoever leads the team; the head of the hub has nobody here."""
    mentors = [mentor for mentor in setting.by_role["MENTOR"] if mentor != person]
    manager = setting.people["manager"]
    if person == manager:
        return None
    leaders = [one for one in setting.by_role["LINE_MANAGER"] if one.team == person.team and one != person]
    named = person.email.partition("@")[0] in {email for email, _ in FIXED}
    mentor = mentors[0] if named else mentors[person.pk.int % len(mentors)]
    return mentor, leaders[0] if leaders else manager


def _days_ago(made: _Made, days: int) -> date:
    """A working day about so long ago."""
    day = made.setting.today - timedelta(days=days)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def _later(made: _Made, after: datetime, fewest: int, most: int) -> datetime:
    """A moment of a working day, some days later."""
    day = after.date() + timedelta(days=made.random.randint(fewest, most))
    return start_of_day(day) + timedelta(hours=made.random.randint(8, 17), minutes=made.random.randrange(60))
