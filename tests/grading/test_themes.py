"""Themes of learning points: how often each, for whom, and the training beside it."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from grading.enums import Criterion
from grading.models import GradingRound
from grading.queries.themes import NO_THEME, themes_in, themes_over_rounds
from tests.factories.accounts import AgencyFactory
from tests.factories.grading import AssignmentFactory, GradeFeedbackFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.people import Cast
from tests.tampering import walls_down
from training.enums import LearningTheme

TODAY = date(2026, 11, 20)


def round_with(cast: Cast, year: int, *, state: str = "PUBLISHED", force=None, **themes: int) -> GradingRound:
    """A round with so many PPNs of each theme; `NONE` are those without."""
    round: GradingRound = GradingRoundFactory(
        force=force or cast.police,
        opened_by=cast.sam,
        state=state,
        starts_on=date(year, 1, 1),
        ends_on=date(year, 3, 31),
    )
    position = 0
    for theme, count in themes.items():
        for _ in range(count):
            position += 1
            item = RoundItemFactory(round=round, referral=ReferralFactory(author=cast.olu), position=position, agreed=2)
            told = "TOLD" if state == "PUBLISHED" else "PREPARED"
            point = "" if theme == "NONE" else "Words."
            GradeFeedbackFactory(item=item, state=told, theme="" if theme == "NONE" else theme, learning_point=point)
    return round


def counts(themes) -> list[tuple[str, int]]:
    return [(line.label, line.count) for line in themes.lines]


def test_training_knows_the_same_themes_as_the_rubric() -> None:
    assert LearningTheme.choices == Criterion.choices


def test_the_themes_of_a_round_come_most_frequent_first_and_what_has_none_last(cast):
    round = round_with(cast, 2025, VOICE=1, ACTION=3, NONE=4)

    found = themes_in(round, on=TODAY)

    assert counts(found) == [(Criterion.ACTION.label, 3), (Criterion.VOICE.label, 1), (NO_THEME, 4)]
    assert found.total == 8
    assert [training is None for line in found.lines for _, training in line.themes] == [False, False, True]


def test_who_runs_grading_sees_every_theme_of_all_published_rounds(cast):
    round_with(cast, 2024, VOICE=1)
    round_with(cast, 2025, VOICE=2, ACTION=1)
    round_with(cast, 2026, state="MODERATING", RISK=4)
    round_with(cast, 2023, force=AgencyFactory(kind="POLICE"), IDENTITY=4)

    assert counts(themes_over_rounds(cast.sam, year=None, on=TODAY)) == [
        (Criterion.VOICE.label, 3),
        (Criterion.ACTION.label, 1),
    ]
    assert counts(themes_over_rounds(cast.sam, year=2024, on=TODAY)) == [(Criterion.VOICE.label, 1)]


@pytest.mark.parametrize("who", ["tess", "leda", "ana", "gail"])
def test_others_see_small_themes_only_together_with_as_many_as_hide_them(cast, who):
    round_with(cast, 2025, VOICE=9, ACTION=6, RISK=2, IDENTITY=1)

    found = themes_over_rounds(getattr(cast, who), year=2025, on=TODAY)

    assert counts(found) == [
        (Criterion.VOICE.label, 9),
        ("3 themes together", 9),
    ]
    assert [label for label, _ in found.lines[-1].themes] == [
        Criterion.IDENTITY.label,
        Criterion.RISK.label,
        Criterion.ACTION.label,
    ]


def test_a_year_in_which_even_all_together_are_few_shows_others_nothing(client, cast):
    round_with(cast, 2025, VOICE=3, ACTION=1)

    found = themes_over_rounds(cast.tess, year=2025, on=TODAY)

    assert (found.lines, found.total) == ([], 0)
    page = client.signed_in(cast.tess).get(reverse("grading:themes")).content.decode()
    assert Criterion.ACTION.label not in page


def test_others_choose_one_year_and_never_all_from_which_the_rest_could_be_worked_out(client, cast):
    round_with(cast, 2024, VOICE=6)
    round_with(cast, 2025, ACTION=6)
    client.signed_in(cast.tess)

    usual = client.get(reverse("grading:themes")).content.decode()
    everything = client.get(reverse("grading:themes"), {"year": ""}).content.decode()
    earlier = client.get(reverse("grading:themes"), {"year": "2024"}).content.decode()

    assert Criterion.ACTION.label in usual
    assert "Voice" not in usual
    assert "Voice" in earlier
    assert "All years" not in usual + earlier
    assert "Voice" not in everything
    assert Criterion.ACTION.label not in everything


def test_a_year_that_is_not_offered_is_refused_in_words(client, cast):
    round_with(cast, 2025, VOICE=6)

    response = client.signed_in(cast.sam).get(reverse("grading:themes"), {"year": "1999"})

    assert response.status_code == 422
    assert "Choose from the list" in response.content.decode()


def test_beside_each_theme_stands_the_training_of_the_catalogue_and_where_there_is_none_it_says_so(client, cast):
    round = round_with(cast, 2025, CURIOSITY=2)
    url = reverse("grading:round_themes", args=[round.pk])
    client.signed_in(cast.sam)
    assert "There is no module and no course for this yet." in client.get(url).content.decode()

    call_command("import_catalogue", stdout=StringIO())

    assert "Understanding Unidentified Adults" in client.get(url).content.decode()


def test_pages_of_themes_without_any_say_so(client, cast):
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="PUBLISHED")
    client.signed_in(cast.sam)

    page = client.get(reverse("grading:round_themes", args=[round.pk])).content.decode()
    assert "There are no themes yet." in page
    assert "There are no themes yet." in client.get(reverse("grading:themes")).content.decode()
    with walls_down(GradingRound):
        GradingRound.objects.all().delete()
    assert "No round has been published." in client.signed_in(cast.tess).get(reverse("grading:themes")).content.decode()


def test_themes_name_nobody(client, cast):
    round = round_with(cast, 2025, CURIOSITY=2)
    AssignmentFactory(item=round.items.first(), grader=cast.gail, graded=2)
    client.signed_in(cast.sam)

    for url in (reverse("grading:themes"), reverse("grading:round_themes", args=[round.pk])):
        page = client.get(url).content.decode()
        assert not any(name in page for name in ("Olu", "Gail", round.items.first().referral.reference))


@pytest.mark.parametrize("count", [1, 3])
def test_themes_query_count_is_flat(client, cast, count, django_assert_num_queries):
    call_command("import_catalogue", stdout=StringIO())
    round = round_with(cast, 2025, **dict.fromkeys(Criterion.values[: 3 * count], count))
    client.signed_in(cast.sam)
    with django_assert_num_queries(11):
        client.get(reverse("grading:themes"))
    with django_assert_num_queries(9):
        client.get(reverse("grading:round_themes", args=[round.pk]))
