"""What training helps with a theme: asked by theme, answered from the force's modules and the catalogue that is loaded."""

import inspect
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.training import ModuleVersionFactory
from tests.people import NOW
from training.enums import COURSES_FOR, LearningTheme
from training.models import CatalogueEntry, ModuleVersion
from training.models.catalogue import course_key
from training.queries.suggestions import suggest_modules
from training.services import modules as services

TODAY = date(2026, 11, 20)


def suggested(cast, theme: str):
    return suggest_modules([theme], force_id=cast.police.pk, on=TODAY)[theme]


def test_every_theme_has_a_course_of_the_catalogue_that_the_service_carries(cast):
    call_command("import_catalogue", stdout=StringIO())

    found = suggest_modules(LearningTheme.values, force_id=cast.police.pk, on=TODAY)

    for theme, titles in COURSES_FOR.items():
        assert {course.key for course in found[theme].courses} == {course_key(title) for title in titles}, theme
    assert set(COURSES_FOR) == set(LearningTheme)


def test_without_a_catalogue_there_is_nothing_and_nothing_is_invented(cast):
    assert suggested(cast, "VOICE").is_empty
    assert suggested(cast, "UNHEARD_OF").is_empty


def test_a_course_that_has_left_the_catalogue_is_not_suggested(cast):
    call_command("import_catalogue", stdout=StringIO())
    CatalogueEntry.objects.filter(alias__spelling="MASH Workshop").delete()

    assert [course.title for course in suggested(cast, "ACTION").courses] == [
        "Working Together to Safeguard Children - A Multi-Agency Approach to Safeguarding"
    ]


def test_modules_of_the_own_force_are_suggested_by_what_their_present_version_helps_with(cast):
    before = ModuleVersionFactory(module__force=cast.police, teaches=["VOICE"])
    ModuleVersionFactory(module=before.module, number=2, starts_on=TODAY, teaches=["RISK"])
    planned = ModuleVersionFactory(module__force=cast.police, starts_on=TODAY + timedelta(days=1), teaches=["RISK"])
    ModuleVersionFactory(module__force=AgencyFactory(kind="POLICE"), teaches=["RISK"])

    assert [version.number for version in suggested(cast, "RISK").modules] == [2]
    assert suggested(cast, "VOICE").modules == []
    assert planned not in suggested(cast, "RISK").modules


def test_the_question_takes_a_theme_and_nothing_about_a_person_or_a_grade() -> None:
    assert list(inspect.signature(suggest_modules).parameters) == ["themes", "force_id", "on"]


@pytest.mark.parametrize("count", [1, 10])
def test_the_number_of_queries_does_not_grow_with_the_themes(cast, count, django_assert_num_queries):
    call_command("import_catalogue", stdout=StringIO())
    with django_assert_num_queries(4):
        suggest_modules(LearningTheme.values[:count], force_id=cast.police.pk, on=TODAY)


def test_a_trainer_says_what_a_module_helps_with_and_each_version_may_differ(client, cast):
    client.signed_in(cast.tess)
    asked = {
        "title": "The voice of the child",
        "short_title": "Voice",
        "aims": "Writes down the child's own words.",
        "delivery": "E_LEARNING",
        "minutes": "60",
    }
    client.post(reverse("training:module_new"), asked | {"teaches": ["VOICE", "LIVED_EXPERIENCE"]})

    made = ModuleVersion.objects.get()
    assert made.teaches == ["LIVED_EXPERIENCE", "VOICE"]
    url = reverse("training:module_next_version", args=[made.module_id])
    assert client.get(url).content.decode().count(" checked") == 3
    services.review_version(
        version_id=made.pk,
        read=services.stamp_of(made),
        review_on=None,
        by=UserFactory(agency=cast.police, roles=["TRAINER"]),
        at=NOW,
    )
    client.post(url, asked | {"after": "1", "teaches": ["RISK"]})
    assert ModuleVersion.objects.get(number=2).teaches == ["RISK"]
    assert "Risk and the reasons for it" in client.get(reverse("training:modules")).content.decode()


def test_a_theme_that_is_unknown_is_refused(cast):
    with pytest.raises(services.CannotKeepModule, match="Unknown theme: SPELLING"):
        services.create_module(
            title="Spelling",
            short_title="Spelling",
            aims="Spells.",
            delivery="E_LEARNING",
            minutes=10,
            valid_months=None,
            by=cast.tess,
            at=NOW,
            teaches=["SPELLING"],
        )
