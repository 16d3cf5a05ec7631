"""What only one type of concern asks for: asked, shown and given out while the type is ticked, kept when it is not."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from referrals import queries, services
from referrals.enums import ConcernType, FormKind
from referrals.forms import section_of, sections_of
from referrals.forms.fields import WordsField
from referrals.forms.sections import CPI_SECTIONS, PPN_SECTIONS
from referrals.forms.words import value_in_words
from referrals.models import MODULES, Referral
from tests.api.programs import Program
from tests.people import NOW
from tests.reading import markup_of
from tests.referrals.modules import sent, stored

EVERY_TYPE = pytest.mark.parametrize("concern", list(ConcernType))
OTHER = {ConcernType.HATE: ConcernType.MISSING}


def tick(draft, by, *types):
    draft.refresh_from_db()
    return services.save_section(
        referral_id=draft.pk, version=draft.version, answers={"types": list(types)}, by=by, at=NOW
    )


def save(draft, by, concern, version=None, **answers):
    return services.save_section(
        referral_id=draft.pk, version=version or draft.version, answers=answers, concern=concern, by=by, at=NOW
    )


def fresh(referral):
    return Referral.objects.get(pk=referral.pk)


def test_each_type_has_its_questions():
    assert set(MODULES) == set(ConcernType)
    for model in MODULES.values():
        names = {field.name for field in model.questions()}
        assert model.optional <= names, model
        assert set(model.guidance) <= names, model


@EVERY_TYPE
def test_its_page_is_there_only_while_it_is_ticked_and_its_answers_come_back(client, cast, life, concern):
    other = OTHER.get(concern, ConcernType.HATE)
    draft = tick(life.draft(), cast.olu, concern)
    model = MODULES[concern]
    address = reverse("referrals:section", args=[draft.pk, model.key()])
    browser = client.signed_in(cast.olu)
    answers = stored(model)

    page = browser.get(address)
    assert all(str(field.verbose_name) in markup_of(page) for field in model.questions())
    assert browser.post(address, sent(answers) | {"version": draft.version}).status_code == 302
    kept = model.objects.get(referral=draft)
    assert {name: getattr(kept, name) for name in answers} == answers

    tick(draft, cast.olu, other)
    assert browser.get(address).status_code == 404
    assert model.key() not in [section.key for section in sections_of(fresh(draft))]
    with pytest.raises(services.CannotSave, match="not ticked"):
        save(fresh(draft), cast.olu, concern, **answers)

    tick(draft, cast.olu, concern)
    initial = browser.get(address).context["form"].initial
    assert {name: initial[name] for name in answers} == answers


@EVERY_TYPE
def test_what_is_answered_is_read_on_the_check_page_by_the_hub_and_over_the_api_and_is_not_when_unticked(
    client, cast, life, concern
):
    model, other = MODULES[concern], OTHER.get(concern, ConcernType.HATE)
    answers = stored(model)
    draft = life.ready()
    draft = tick(draft, cast.olu, concern)
    save(draft, cast.olu, concern, **answers)
    words = [value_in_words(field, answers[field.name]) for field in model.questions()]

    check = markup_of(client.signed_in(cast.olu).get(reverse("referrals:check", args=[draft.pk])))
    assert [word for word in words if word not in check] == []

    services.submit_referral(referral_id=draft.pk, key=uuid.uuid4(), by=cast.olu, at=NOW)
    page = markup_of(client.signed_in(cast.mina).get(reverse("referrals:detail", args=[draft.pk])))
    assert [word for word in words if word not in page] == []
    given = Program(cast.mina).get("referral", draft.pk).json()["modules"]
    assert set(given) == {concern.lower()}
    assert given[concern.lower()].keys() == answers.keys()

    Referral.objects.filter(pk=draft.pk).update(types=[other])
    page = markup_of(client.signed_in(cast.mina).get(reverse("referrals:detail", args=[draft.pk])))
    assert model.title not in page
    assert set(Program(cast.mina).get("referral", draft.pk).json()["modules"]) == {other.lower()}


def test_a_program_sends_the_answers_of_the_types_that_it_ticks_and_of_no_other(cast):
    body = {
        "kind": "PPN",
        "types": ["HATE"],
        "risk_level": 2,
        "lawful_basis": "PUBLIC_TASK",
        "ppn": {"concern": "Shouted at in the street."},
        "modules": {"hate": {"strands": ["RACE"], "is_repeated": True, "impact": "Stays in."}},
        "people": [{"role": "SUBJECT"}],
    }
    program = Program(cast.olu)

    taken = program.post("referrals", data=body)
    refused = program.post("referrals", data=body | {"types": ["MISSING"]})

    assert (taken.status_code, taken.json()["modules"]["hate"]["impact"]) == (201, "Stays in.")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["modules"])


def test_two_devices_on_the_answers_of_one_type_overwrite_nothing(cast, life):
    draft = tick(life.draft(), cast.olu, ConcernType.HATE)
    save(draft, cast.olu, ConcernType.HATE, impact="From the laptop")

    with pytest.raises(services.StaleDraft) as stale:
        save(draft, cast.olu, ConcernType.HATE, impact="From the phone")

    assert (stale.value.mine, stale.value.theirs) == ({"impact": "From the phone"}, {"impact": "From the laptop"})


def test_a_page_never_conflicts_with_what_it_saved_itself_but_does_with_another(cast, life):
    draft, page, other = life.draft(), uuid.uuid4(), uuid.uuid4()

    def send(concern, page):
        return services.save_section(
            referral_id=draft.pk, version=draft.version, answers={"concern": concern}, by=cast.olu, at=NOW, page=page
        )

    send("Saved by itself, and its answer was lost", page)
    send("Sent with Continue while that was under way", page)
    with pytest.raises(services.StaleDraft):
        send("From another tab", other)
    services.save_section(
        referral_id=draft.pk,
        version=fresh(draft).version,
        answers={"concern": "Another tab"},
        by=cast.olu,
        at=NOW,
        page=other,
    )
    with pytest.raises(services.StaleDraft):
        send("The first page again", page)


@pytest.mark.parametrize(
    ("concern", "answers", "words"),
    [
        (ConcernType.DOMESTIC_ABUSE, {"tool": "NONE", "tool_yes_count": 4}, "neither a level nor a total"),
        (ConcernType.DOMESTIC_ABUSE, {"tool": "DASH", "tool_yes_count": 41}, "at most 40"),
        (ConcernType.STALKING_HARASSMENT, {"screen_yes_count": 12}, "has 11 questions"),
        (ConcernType.CHILD, {"police_protection_reference": "PP1"}, "Say when the child was taken"),
        (ConcernType.CHILD, {"home_conditions": ["NONE", "HEAT"]}, "only if nothing else applies"),
        (ConcernType.MISSING, {"last_seen_at": NOW.replace(year=2027)}, "in the future"),
    ],
)
def test_answers_that_contradict_each_other_are_refused_by_the_service_and_typed_words_come_back(
    client, cast, life, concern, answers, words
):
    draft = tick(life.draft(), cast.olu, concern)
    with pytest.raises(services.CannotSave, match=words):
        save(draft, cast.olu, concern, **answers)

    model = MODULES[concern]
    text = next(field.name for field in model.questions() if field.get_internal_type() == "TextField")
    address = reverse("referrals:section", args=[draft.pk, model.key()])
    typed = sent(answers) | {text: "Words that took ten minutes", "version": draft.version}
    page = client.signed_in(cast.olu).post(address, typed)

    assert page.status_code == 422
    assert "Words that took ten minutes" in markup_of(page)
    assert not model.objects.exists()


@pytest.mark.parametrize(
    ("concern", "changes", "name"),
    [
        (
            ConcernType.DOMESTIC_ABUSE,
            {"tool": "NONE", "tool_level": 2},
            "domestic_abuse_without_a_tool_has_no_result",
        ),
        (ConcernType.DOMESTIC_ABUSE, {"tool_yes_count": 41}, "domestic_abuse_total_is_possible"),
        (ConcernType.STALKING_HARASSMENT, {"screen_yes_count": 12}, "stalking_total_is_possible"),
        (
            ConcernType.CHILD,
            {"police_protection_reference": "PP1"},
            "child_protection_reference_comes_with_its_time",
        ),
    ],
)
def test_the_database_refuses_them_too(cast, life, concern, changes, name):
    draft = tick(life.draft(), cast.olu, concern)
    row = MODULES[concern].objects.create(referral=draft)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**changes)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_referral_asks_once_for_each_ticked_type(
    client, cast, life, count, django_assert_max_num_queries
):
    types = [ConcernType.CHILD, ConcernType.DOMESTIC_ABUSE, ConcernType.HATE][:count]
    referral = life.submitted(types=types)
    browser = client.signed_in(cast.mina)
    browser.get(referral.get_absolute_url())

    with django_assert_max_num_queries(15 + count):
        browser.get(referral.get_absolute_url())


def test_the_check_page_names_what_a_type_still_asks_and_never_holds_it_up(client, cast, life):
    draft = tick(life.ready(), cast.olu, ConcernType.HATE)

    page = markup_of(client.signed_in(cast.olu).get(reverse("referrals:check", args=[draft.pk])))

    assert "Not answered yet, by section" in page
    address = reverse("referrals:section", args=[draft.pk, "hate"])
    for target, question in (
        ("id_strands_0", "What does the person believe it was aimed at?"),
        ("id_is_repeated_0", "Has it happened before?"),
        ("id_impact", "What has it done to the person?"),
    ):
        assert f'href="{address}?from=check#{target}">{question}</a>' in page
    assert services.submit_referral(referral_id=draft.pk, key=uuid.uuid4(), by=cast.olu, at=NOW).reference


def test_the_words_of_the_declaration_are_kept_with_the_referral(client, cast, life, monkeypatch):
    draft = life.ready()
    page = client.signed_in(cast.olu).get(reverse("referrals:check", args=[draft.pk]))
    declared = page.context["declaration"]
    assert declared in markup_of(page)
    sent_now = services.submit_referral(referral_id=draft.pk, key=uuid.uuid4(), by=cast.olu, at=NOW)

    monkeypatch.setattr("referrals.services.submission.DECLARATION", "Other words, from next year on.")

    assert fresh(sent_now).declaration == declared
    assert life.submitted().declaration == "Other words, from next year on."


@pytest.mark.parametrize(
    ("concern", "answers", "words"),
    [
        (
            ConcernType.ADULT_AT_RISK,
            {"has_needs": "NO", "is_at_risk": "NO", "cannot_protect": "NO"},
            "Is a notice the right route?",
        ),
        (ConcernType.CHILD, {"is_bruised_and_not_mobile": True}, "call the children's services now"),
        (ConcernType.DOMESTIC_ABUSE, {"are_both_16_or_older": False}, "under 16"),
        (ConcernType.PREVENT, {"is_at_once": True}, "call your duty officer now"),
    ],
)
def test_the_answers_of_a_type_may_point_elsewhere(cast, life, concern, answers, words):
    draft = tick(life.ready(), cast.olu, concern)
    assert queries.hints_of(fresh(draft), at=NOW) == []

    save(draft, cast.olu, concern, **answers)

    (hint,) = queries.hints_of(fresh(draft), at=NOW)
    assert words in hint.words


def test_a_child_who_is_named_and_a_relative_who_interprets_are_pointed_out(cast, life):
    draft = tick(life.draft(interpreter="FAMILY"), cast.olu, ConcernType.HATE)
    services.add_person(referral_id=draft.pk, answers={"role": "SIBLING", "estimated_age": 9}, by=cast.olu, at=NOW)

    assert [hint.section for hint in queries.hints_of(fresh(draft), at=NOW)] == ["incident", "daily-life"]


def test_a_cpi_form_has_no_types(cast):
    draft = services.begin_draft(kind=FormKind.CPI, by=cast.pat, at=NOW)

    assert section_of(draft, "child") is None
    assert queries.hints_of(draft, at=NOW) == []


def test_a_long_answer_says_how_many_words_there_may_be_and_comes_back_when_there_are_more(client, cast, life):
    draft = life.draft()
    address = reverse("referrals:section", args=[draft.pk, "concern"])
    browser = client.signed_in(cast.olu)

    page = markup_of(browser.get(address))
    refused = browser.post(address, {"concern": "word " * 3001, "version": draft.version})

    assert 'data-maxwords="3000"' in page
    assert "At most 3000 words." in page
    assert 'spellcheck="true"' in page
    assert refused.status_code == 422
    assert markup_of(refused).count("word ") > 3000


@pytest.mark.parametrize(
    ("tool_by", "since", "is_pointed_out"),
    [
        ("ATTENDING", NOW.date(), True),
        ("SPECIALIST", NOW.date(), True),
        ("PARTNER", NOW.date(), False),
        ("ATTENDING", NOW.date() + timedelta(days=1), False),
        ("ATTENDING", None, False),
    ],
)
def test_which_risk_tool_officers_use_depends_on_the_day_that_the_force_sets(
    cast, life, settings, tool_by, since, is_pointed_out
):
    settings.DARA_FROM = since
    draft = tick(life.ready(incident_at=NOW), cast.olu, ConcernType.DOMESTIC_ABUSE)
    save(draft, cast.olu, ConcernType.DOMESTIC_ABUSE, tool="DASH", tool_by=tool_by)

    assert [hint.section for hint in queries.hints_of(fresh(draft), at=NOW)] == ["domestic-abuse"] * is_pointed_out


def test_beside_every_narrative_question_of_both_forms_it_says_what_a_good_answer_holds():
    unguided = [
        (section.key, name)
        for section in (*PPN_SECTIONS, *CPI_SECTIONS)
        for name, field in section.form.base_fields.items()
        if isinstance(field, WordsField) and not section.form.guidance.get(name)
    ]

    assert unguided == []
