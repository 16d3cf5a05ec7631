"""Skills and evidence of them: each entry stays, is answered once by somebody else, and holds as long as the skill says."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.services import place_person
from audit.models import Entry
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.training import SkillEvidenceFactory, SkillFactory
from tests.people import NOW, Cast
from training.models import Skill, SkillEvidence
from training.queries.skills import evidence_to_answer, waiting_for
from training.services import skills as services

TODAY = date(2026, 11, 20)


def keep(cast: Cast, **fields) -> Skill:
    asked = {"skill_id": None, "name": " Rationale ", "counts_as_evidence": "One was acted on.", "valid_months": 12}
    return services.keep_skill(**asked | {"by": cast.tess, "at": NOW} | fields)


def show(cast: Cast, skill: Skill, **fields) -> SkillEvidence:
    asked = {"shown_on": TODAY, "level": 3, "words": "Wrote a fictitious rationale.", "key": uuid.uuid4()}
    return services.show_skill(skill=skill, **asked | {"by": cast.olu, "at": NOW} | fields)


def answer(entry: SkillEvidence, by, *, answer: str = "CONFIRMED", words: str = "") -> SkillEvidence:
    return services.answer_evidence(evidence_id=entry.pk, answer=answer, words=words, by=by, at=NOW)


def test_a_trainer_keeps_skills_of_the_force(cast):
    skill = keep(cast)
    assert (skill.name, skill.force) == ("Rationale", cast.police)
    with pytest.raises(services.CannotKeepSkill, match="of that name already"):
        keep(cast)

    keep(cast, skill_id=skill.pk, counts_as_evidence="Two were acted on.")

    skill.refresh_from_db()
    assert skill.counts_as_evidence == "Two were acted on."
    assert list(Entry.objects.order_by("pk").values_list("what", flat=True)) == [
        "training.skill_created",
        "training.skill_changed",
    ]
    for name in ("olu", "lin", "sam", "out"):
        with pytest.raises(services.CannotKeepSkill, match="Only a trainer"):
            keep(cast, name="Another", by=getattr(cast, name))
    with pytest.raises(services.CannotKeepSkill, match="what shows it"):
        keep(cast, name="Another", counts_as_evidence=" ")


def test_each_entry_stays_and_the_same_form_sent_twice_writes_one(cast):
    skill, key = keep(cast), uuid.uuid4()
    first = show(cast, skill, key=key)
    assert show(cast, skill, key=key) == first
    with pytest.raises(services.SkillKeyWasUsed, match="Send it again to write this one as well"):
        show(cast, skill, key=key, words="Other words, sent after going back.")
    second = show(cast, skill, level=4)

    assert set(SkillEvidence.objects.values_list("pk", "level")) == {(first.pk, 3), (second.pk, 4)}
    assert Entry.objects.filter(what="training.evidence_written").count() == 2
    with pytest.raises(services.CannotShowSkill, match="used for another entry"):
        show(cast, skill, key=key, by=cast.lin)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"shown_on": TODAY + timedelta(days=1)}, "in the future"),
        ({"level": 9}, "Choose how well"),
        ({"words": "short"}, "At least 10 characters"),
        ({"by": "pat"}, "may not write"),
        ({"by": "gail"}, "may not write"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(cast, fields, words):
    fields = fields | ({"by": getattr(cast, fields["by"])} if "by" in fields else {})
    with pytest.raises(services.CannotShowSkill, match=words):
        show(cast, keep(cast), **fields)
    with pytest.raises(services.CannotShowSkill, match="may not write"):
        show(cast, SkillFactory())
    assert not SkillEvidence.objects.exists()


def test_a_line_manager_of_the_team_or_a_trainer_answers_and_nobody_else(cast):
    skill = keep(cast)
    other_manager = UserFactory(agency=cast.police, team=cast.hub_team, roles=["LINE_MANAGER"])
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER", "LINE_MANAGER"])
    for by in (cast.olu, cast.mina, cast.moss, cast.sam, cast.ada, cast.pat, other_manager, stranger):
        with pytest.raises(services.CannotAnswerEvidence, match="nobody their own"):
            answer(show(cast, skill), by)

    for by in (cast.lin, cast.tess):
        answered = answer(show(cast, skill), by)
        assert (answered.answer, answered.answered_by, answered.answered_at) == ("CONFIRMED", by, NOW)
        assert answered.lapses_on == date(2027, 11, 20)


@pytest.mark.parametrize("roles", [["TRAINER"], ["LINE_MANAGER"], ["TRAINER", "LINE_MANAGER"]])
def test_nobody_confirms_their_own_whatever_their_roles(cast, roles):
    person = UserFactory(agency=cast.police, team=cast.response_team, roles=roles)
    with pytest.raises(services.CannotAnswerEvidence, match="nobody their own"):
        answer(show(cast, keep(cast), by=person), person)


def test_what_is_not_enough_yet_says_what_is_missing_and_holds_for_nothing(cast):
    entry = show(cast, keep(cast))
    with pytest.raises(services.CannotAnswerEvidence, match="what is missing"):
        answer(entry, cast.lin, answer="NOT_YET", words=" ")
    with pytest.raises(services.CannotAnswerEvidence, match="Choose an answer"):
        answer(entry, cast.lin, answer="PERHAPS")

    answered = answer(entry, cast.lin, answer="NOT_YET", words="Say who acted on it.")

    assert (answered.lapses_on, answered.answer_words) == (None, "Say who acted on it.")


def test_an_entry_is_answered_once_and_the_same_answer_again_changes_nothing(cast):
    entry = answer(show(cast, keep(cast)), cast.lin)

    assert answer(entry, cast.lin).answered_at == entry.answered_at
    for by, said in ((cast.lin, "NOT_YET"), (cast.tess, "CONFIRMED")):
        with pytest.raises(services.CannotAnswerEvidence, match="answered meanwhile"):
            answer(entry, by, answer=said, words="No.")
    assert Entry.objects.filter(what="training.evidence_answered").count() == 1


def test_what_was_confirmed_holds_as_long_as_it_did_when_the_skill_changes(cast):
    skill = keep(cast)
    entry = answer(show(cast, skill), cast.lin)

    keep(cast, skill_id=skill.pk, valid_months=1)

    entry.refresh_from_db()
    assert entry.lapses_on == date(2027, 11, 20)


def test_what_waits_is_on_the_home_page_of_who_may_answer(cast):
    entry = SkillEvidenceFactory(person=cast.olu)
    hubs = SkillEvidenceFactory(person=cast.mina)
    SkillEvidenceFactory(person=cast.tess)
    SkillEvidenceFactory(person=cast.olu, answered_by=cast.lin)

    assert set(evidence_to_answer(cast.tess)) == {entry, hubs}
    assert set(evidence_to_answer(cast.lin)) == {entry}
    for name, counts in (("tess", [2]), ("lin", [1]), ("sam", []), ("olu", []), ("out", [])):
        assert [line.count for line in waiting_for(getattr(cast, name), at=NOW)] == counts, name


# --- what the database holds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"answer": "CONFIRMED"},
        {"answered_at": NOW},
        {"answer_words": "Well done."},
        {"lapses_on": TODAY},
        {"answer": "CONFIRMED", "answered_at": NOW, "answered_by": "olu"},
        {"answer": "NOT_YET", "answered_at": NOW, "answered_by": "lin"},
        {"answer": "PERHAPS", "answered_at": NOW, "answered_by": "lin"},
        {"words": ""},
        {"level": 0},
        {"level": 5},
    ],
)
def test_the_database_refuses_an_entry_that_cannot_be(cast, fields):
    fields = fields | ({"answered_by": getattr(cast, fields["answered_by"])} if "answered_by" in fields else {})
    with pytest.raises(IntegrityError), transaction.atomic():
        SkillEvidenceFactory(person=cast.olu, **fields)


def test_the_database_lets_an_entry_be_answered_once_and_changes_and_removes_nothing(cast):
    entry = SkillEvidenceFactory(person=cast.olu)
    answered = SkillEvidenceFactory(person=cast.olu, answered_by=cast.lin)

    for deed in (
        lambda: SkillEvidence.objects.filter(pk=entry.pk).update(words="Other words."),
        lambda: SkillEvidence.objects.filter(pk=entry.pk).update(person=cast.mina),
        lambda: SkillEvidence.objects.filter(pk=answered.pk).update(answer_words="Changed."),
        lambda: entry.delete(),
    ):
        with pytest.raises(DatabaseError, match="stays as it was written"), transaction.atomic():
            deed()


def test_evidence_of_somebody_who_moved_to_another_agency_waits_nowhere_and_is_answered_by_nobody(cast):
    entry = SkillEvidenceFactory(person=cast.olu)
    elsewhere = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER"])
    place_person(user=cast.olu, agency=elsewhere.agency, by=None, at=NOW)

    assert not evidence_to_answer(cast.tess).exists()
    assert not evidence_to_answer(elsewhere).exists()
    for trainer in (cast.tess, elsewhere):
        with pytest.raises(services.CannotAnswerEvidence):
            answer(entry, trainer)


def test_several_entries_are_confirmed_at_once_each_with_its_own_answer(cast):
    skill = keep(cast, valid_months=12)
    entries = [show(cast, skill, by=person) for person in (cast.olu, cast.mina)]

    assert services.confirm_evidence(evidence_ids=[one.pk for one in entries], by=cast.tess, at=NOW) == 2

    answered = SkillEvidence.objects.values_list("person__name", "answer", "answered_by", "lapses_on")
    assert set(answered) == {
        (name, "CONFIRMED", cast.tess.pk, date(2027, 11, 20)) for name in ("Olu Fictitious", "Mina Fictitious")
    }
    assert Entry.objects.filter(what="training.evidence_answered").count() == 2


def test_where_one_entry_cannot_be_confirmed_none_is(cast):
    skill = keep(cast)
    mine, theirs = show(cast, skill, by=cast.lin), show(cast, skill, by=cast.olu)

    with pytest.raises(services.CannotAnswerEvidence, match="nobody their own"):
        services.confirm_evidence(evidence_ids=[theirs.pk, mine.pk], by=cast.lin, at=NOW)
    with pytest.raises(services.CannotAnswerEvidence, match="Tick at least one"):
        services.confirm_evidence(evidence_ids=[], by=cast.lin, at=NOW)

    assert not SkillEvidence.objects.exclude(answer="").exists()
