"""What the check page finds: every gap by name with a way to it, answers that contradict each other, and nothing that blocks."""

import io
import uuid
from html import unescape

import pytest
from django.urls import reverse

from referrals import queries, services
from referrals.enums import RELATION_TO, ConcernType, PersonRole, RiskLevel
from referrals.forms import section_of
from referrals.models import MODULES, Referral
from tests.files import PDF
from tests.people import NOW
from tests.referrals.modules import stored

JUDGED = {
    "household_known": "YES",
    "history_checked": ["FORCE"],
    "history": "Two calls since June.",
    "risk_rationale": "Third time in a month, nobody could be reached, and it would fall if a relative came to stay. "
    * 2,
    "informed": "TOLD_AGREES",
    "actions_taken": ["SAFETY_ADVICE"],
    "immediate_actions": "Stayed until the aunt came.",
    "request_to_partner": "Please visit this week.",
}
SAID_BY_NAME = {
    "household_known": "whether everyone in and around the home is known",
    "history_checked": "which records were checked, and any pattern",
    "history": "which records were checked, and any pattern",
    "risk_rationale": "the reasons for the risk level",
    "informed": "whether the person, or the family, was told",
    "actions_taken": "what was done at once, or why nothing was",
    "immediate_actions": "what was done at once, or why nothing was",
    "request_to_partner": "a clear ask: who should do what",
}


def fresh(referral):
    return Referral.objects.get(pk=referral.pk)


def save(draft, by, concern=None, **answers):
    version = fresh(draft).version
    return services.save_section(referral_id=draft.pk, version=version, answers=answers, concern=concern, by=by, at=NOW)


def check(client, user, draft):
    return unescape(client.signed_in(user).get(reverse("referrals:check", args=[draft.pk])).content.decode())


def open_questions(draft, key):
    return [question.name for question in section_of(fresh(draft), key).unanswered(fresh(draft))]


def missing(draft):
    points = queries.grading_points_of(fresh(draft), at=NOW).missing
    return [point.name for point in points if point.name in SAID_BY_NAME.values()]


def test_a_ppn_without_reasons_history_actions_and_ask_is_never_said_to_miss_nothing(client, cast, life):
    page = check(client, cast.olu, life.ready())

    assert "Nothing is missing" not in page
    for name in set(SAID_BY_NAME.values()):
        assert name in page


@pytest.mark.parametrize("field", JUDGED)
def test_each_of_what_graders_judge_beyond_the_minimum_is_missed_by_name(cast, life, field):
    draft = life.ready(**JUDGED)
    assert missing(draft) == []

    save(draft, cast.olu, **{field: [] if field in ("history_checked", "actions_taken") else ""})

    assert missing(draft) == [SAID_BY_NAME[field]]


@pytest.mark.parametrize("ask", ["For information.", "FYI", " for information only "])
def test_for_information_asks_nobody_for_anything(life, ask):
    assert missing(life.ready(**JUDGED | {"request_to_partner": ask})) == [SAID_BY_NAME["request_to_partner"]]


def test_reasons_of_a_few_words_are_not_yet_reasons(life):
    assert missing(life.ready(**JUDGED | {"risk_rationale": "It looks bad."})) == [SAID_BY_NAME["risk_rationale"]]


def test_every_open_question_is_named_with_a_link_to_it_and_one_that_a_point_names_is_not_named_twice(
    client, cast, life
):
    page = check(client, cast.olu, life.ready(**JUDGED | {"history": ""}))

    section = reverse("referrals:section", args=[Referral.objects.get().pk, "risk"])
    assert f'<a class="govuk-link" href="{section}?from=check#id_police_rag_0">Which colour do you give it?</a>' in page
    gaps = page[page.index('id="completeness"') : page.index("</section>")]
    assert "which records were checked, and any pattern" in gaps
    assert "What is known from before?" not in gaps


def test_nothing_of_this_holds_a_ppn_up(cast, life):
    draft = life.ready()

    assert services.submit_referral(referral_id=draft.pk, key=uuid.uuid4(), by=cast.olu, at=NOW).reference


FOLLOW_UPS = [
    (ConcernType.CHILD, {"abuse_categories": ["NEGLECT"]}, ["home_conditions", "home_words"]),
    (ConcernType.ADULT_AT_RISK, {"is_position_of_trust": True}, ["position_of_trust_words"]),
    (ConcernType.DOMESTIC_ABUSE, {"tool": "NONE", "tool_level": None, "tool_yes_count": None}, ["tool_words"]),
    (ConcernType.DOMESTIC_ABUSE, {"tool": "DARA"}, ["tool_by", "tool_level"]),
    (ConcernType.DOMESTIC_ABUSE, {"tool": "DASH"}, ["tool_by", "tool_level", "tool_yes_count"]),
    (ConcernType.DOMESTIC_ABUSE, {"is_counter_allegation": True}, ["primary_victim_reason"]),
    (ConcernType.DOMESTIC_ABUSE, {"disclosure": "TOLD_RIGHT_TO_ASK"}, ["disclosure_words"]),
    (ConcernType.DOMESTIC_ABUSE, {"high_risk_meeting": "MET_NOT_REFERRED"}, ["high_risk_meeting_words"]),
    (ConcernType.STALKING_HARASSMENT, {"incidents_known": 2}, ["screen_yes_count"]),
    (ConcernType.STALKING_HARASSMENT, {"is_extremely_frightened": True}, ["screen_yes_count"]),
    (ConcernType.STALKING_HARASSMENT, {"order": "NOT_NOW"}, ["order_words"]),
    (ConcernType.EXPLOITATION, {"assessment": "TO_DO"}, ["assessment_words"]),
    (ConcernType.MENTAL_HEALTH, {"presenting": ["PLAN"]}, ["means_and_intent"]),
    (ConcernType.MENTAL_HEALTH, {"service": "CRISIS_TEAM"}, ["service_contacted_at"]),
]
# The first choice of these asks for more; another one does not.
QUIET = {
    "abuse_categories": ["PHYSICAL"],
    "tool": "",
    "incidents_known": 1,
    "presenting": ["DISTRESS"],
    "service": "NONE",
    "assessment": "",
    "order": "APPLIED",
    "high_risk_meeting": "REFERRED",
}


@pytest.mark.parametrize(("concern", "answers", "asked"), FOLLOW_UPS)
def test_an_answer_that_asks_for_more_names_what_it_asks_for(cast, life, concern, answers, asked):
    draft = life.ready(types=[concern])
    module = MODULES[concern]
    full = {name: QUIET.get(name, value) for name, value in stored(module).items() if name not in module.optional}
    save(draft, cast.olu, concern, **full)
    key = module.key()
    assert open_questions(draft, key) == [name for name in ("tool",) if name in full]

    save(draft, cast.olu, concern, **answers)

    assert open_questions(draft, key) == [*(["tool"] if "tool" in full and "tool" not in answers else []), *asked]
    assert section_of(fresh(draft), key).status(fresh(draft)) == "In progress"
    words = {name: value for name, value in stored(module).items() if name in asked}
    save(draft, cast.olu, concern, **words)
    assert [name for name in open_questions(draft, key) if name != "tool"] == []


def test_what_is_asked_of_a_child_only_is_asked_where_a_child_is_named(cast, life):
    draft = life.draft(types=[ConcernType.EXPLOITATION, ConcernType.HONOUR_BASED_ABUSE, ConcernType.CHILD])
    save(draft, cast.olu, ConcernType.HONOUR_BASED_ABUSE, kinds=["FGM"])
    assert "indicators_current" not in open_questions(draft, "exploitation")
    assert "fgm_duty" not in open_questions(draft, "honour-based-abuse")

    baby = {"role": PersonRole.SUBJECT, "estimated_age": 0}
    services.add_person(referral_id=draft.pk, answers=baby, by=cast.olu, at=NOW)

    assert {"indicators_current", "indicators_recent", "assessment"} <= set(open_questions(draft, "exploitation"))
    assert "fgm_duty" in open_questions(draft, "honour-based-abuse")
    assert "is_bruised_and_not_mobile" in open_questions(draft, "child")


@pytest.mark.parametrize(
    ("key", "answers", "asked"),
    [
        ("concern", {"subject_seen": "NOT_SPOKEN_TO"}, "not_seen_reason"),
        ("daily-life", {"language_used": "Polish"}, "interpreter"),
        ("sharing-and-consent", {"informed": "TOLD_OBJECTS"}, "informed_reason"),
        ("child", {"actions_taken": ["POLICE_PROTECTION"]}, "police_protection_at"),
    ],
)
def test_the_common_part_asks_for_more_too(life, key, answers, asked):
    assert asked not in open_questions(life.draft(), key)
    assert asked in open_questions(life.draft(**answers), key)


def test_a_danger_of_acting_on_information_asks_whom_it_would_hurt(cast, life):
    draft = services.begin_draft(kind="CPI", by=cast.pat, at=NOW)
    assert "risk_if_acted_on" not in open_questions(draft, "handling")

    save(draft, cast.pat, risk_of_acting="POSSIBLE")

    assert "risk_if_acted_on" in open_questions(draft, "handling")


@pytest.mark.parametrize(
    ("level", "answers", "sections"),
    [
        (RiskLevel.STANDARD, {"tool": "DARA", "tool_level": 3}, ["risk"]),
        (RiskLevel.HIGH, {"tool": "DARA", "tool_level": 3}, []),
        (RiskLevel.HIGH, {"tool": "DARA", "tool_level": 1}, []),
        (RiskLevel.HIGH, {"tool": "DARA", "tool_level": 3, "high_risk_meeting": "NOT_MET"}, ["domestic-abuse"]),
        (RiskLevel.HIGH, {"tool": "DARA", "tool_level": 3, "high_risk_meeting": "REFERRED"}, []),
        (RiskLevel.HIGH, {"tool": "DASH", "tool_yes_count": 14, "high_risk_meeting": "NOT_MET"}, ["domestic-abuse"]),
        (RiskLevel.HIGH, {"tool": "DASH", "tool_yes_count": 13, "high_risk_meeting": "NOT_MET"}, []),
        (RiskLevel.HIGH, {"tool": "DARA", "tool_yes_count": 14, "high_risk_meeting": "NOT_MET"}, []),
    ],
)
def test_a_risk_tool_that_says_otherwise_is_pointed_out(cast, life, settings, level, answers, sections):
    settings.DARA_FROM = None
    draft = life.ready(types=[ConcernType.DOMESTIC_ABUSE], risk_level=level)
    save(draft, cast.olu, ConcernType.DOMESTIC_ABUSE, **answers)

    assert [hint.section for hint in queries.hints_of(fresh(draft), at=NOW)] == sections


def test_how_many_answers_point_to_the_high_risk_meeting_is_for_the_force_to_say(cast, life, settings):
    settings.DARA_FROM, settings.MARAC_YES_COUNT = None, 10
    draft = life.ready(types=[ConcernType.DOMESTIC_ABUSE], risk_level=RiskLevel.HIGH)
    answers = {"tool": "DASH", "tool_yes_count": 10, "high_risk_meeting": "NOT_MET"}

    save(draft, cast.olu, ConcernType.DOMESTIC_ABUSE, **answers)

    assert len(queries.hints_of(fresh(draft), at=NOW)) == 1


def test_files_are_on_the_check_page(client, cast, life):
    draft = life.ready()
    assert "No file is attached." in check(client, cast.olu, draft)

    letter = io.BytesIO(PDF)
    services.attach_file(referral_id=draft.pk, name="letter.pdf", file=letter, by=cast.olu, at=NOW)

    page = check(client, cast.olu, draft)
    assert "letter.pdf" in page
    assert "Add or remove files" in page


def test_a_ppn_before_a_birth_names_the_unborn_child_only_and_is_submitted(cast, life):
    draft = life.draft()
    assert section_of(draft, "people").status(draft) == "Not yet started"
    unborn = {"role": PersonRole.UNBORN, "expected_on": NOW.date()}
    services.add_person(referral_id=draft.pk, answers=unborn, by=cast.olu, at=NOW)

    assert section_of(fresh(draft), "people").status(fresh(draft)) == "Completed"
    assert services.submit_referral(referral_id=draft.pk, key=uuid.uuid4(), by=cast.olu, at=NOW).reference


@pytest.mark.parametrize(
    ("types", "age", "is_asked"), [(["CHILD"], None, True), (["CHILD"], 40, False), (["HATE"], None, False)]
)
def test_somebody_of_unknown_age_in_a_ppn_about_a_child_is_asked_for_school_and_care(cast, life, types, age, is_asked):
    draft = life.draft(types=types)
    person = services.add_person(
        referral_id=draft.pk, answers={"role": PersonRole.SUBJECT, "estimated_age": age}, by=cast.olu, at=NOW
    )

    asked = queries.fields_for(person, fresh(draft))
    assert {"education", "left_with", "legal_status"} <= set(asked) or not is_asked
    assert ("education" in asked) is is_asked


@pytest.mark.parametrize(("source", "is_there"), [("SELF", True), ("PARENT", True), ("", True), ("OBSERVED", False)])
def test_an_ethnicity_that_an_officer_observed_is_not_self_defined(cast, life, source, is_there):
    draft = life.draft()
    answers = {"role": PersonRole.SUBJECT, "ethnicity": "W1", "ethnicity_source": source}
    person = services.add_person(referral_id=draft.pk, answers=answers, by=cast.olu, at=NOW)

    def point():
        points = queries.completeness_of(fresh(draft), at=NOW).points
        return next(point for point in points if point.name == "self-defined ethnicity")

    assert point().is_there is is_there
    answers = {"not_known_reason": "He would not say."}
    services.change_person(
        referral_id=draft.pk, person_id=person.pk, version=fresh(draft).version, answers=answers, by=cast.olu, at=NOW
    )
    assert point().is_answered
    assert point().is_there is is_there


@pytest.mark.parametrize(
    ("parent", "is_there"),
    [
        (None, False),
        ({"role": PersonRole.PARENT_CARER, "place_of_birth": "Testham"}, True),
        ({"role": PersonRole.PARENT_CARER}, False),
        ({"role": PersonRole.PARTNER, "place_of_birth": "Testham"}, False),
        ({"role": PersonRole.SUBJECT, "place_of_birth": "Testham", "relation": "PARENT"}, True),
        ({"role": PersonRole.EX_PARTNER, "relation": "PARENT"}, False),
    ],
)
def test_where_a_childs_parents_were_born_is_missed_where_no_parent_is_named(cast, life, parent, is_there):
    draft = life.draft()
    child = {"role": PersonRole.SUBJECT, "estimated_age": 9, "place_of_birth": "Testham"}
    amy = services.add_person(referral_id=draft.pk, answers=child, by=cast.olu, at=NOW)
    if parent is not None:
        answers = {name: value for name, value in parent.items() if name != "relation"}
        answers[f"{RELATION_TO}{amy.pk}"] = parent.get("relation", "")
        services.add_person(referral_id=draft.pk, answers=answers, by=cast.olu, at=NOW)

    points = queries.completeness_of(fresh(draft), at=NOW).points

    (point,) = (point for point in points if point.name.startswith("place of birth"))
    assert point.is_there is is_there


def test_a_ppn_starts_with_the_basis_that_police_mostly_have_and_a_partner_chooses_one(cast):
    assert services.begin_draft(kind="PPN", by=cast.olu, at=NOW).lawful_basis == "PUBLIC_TASK"
    assert services.begin_draft(kind="CPI", by=cast.pat, at=NOW).lawful_basis == ""
