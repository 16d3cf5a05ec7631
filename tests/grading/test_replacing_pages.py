"""The page on which a drawn PPN is replaced, and what the round shows of it."""

import pytest
from django.urls import reverse

from grading.models import Grade, Removal, RoundItem
from grading.services import grades
from tests.factories.accounts import UserFactory
from tests.factories.grading import AssignmentFactory
from tests.grading.giving import posted, whole
from tests.grading.test_redraw import withdraw
from tests.grading.test_replacing import LATER, SOON, WORDS, agree_all, being_graded, grade_all, item_of, replace
from tests.grading.test_rounds import drawn_round
from tests.reading import text_of


def url_of(item: RoundItem) -> str:
    return reverse("grading:item_replace", args=[item.round_id, item.pk])


def test_the_supervisor_confirms_with_a_reason_and_sees_what_came(client, cast):
    round = being_graded(cast)
    item = item_of(round, 1)
    assert url_of(item) in client.signed_in(cast.sam).get(round.get_absolute_url()).content.decode()

    asked = client.get(url_of(item))
    done = client.post(url_of(item), {"reason": "RECOGNISED", "words": WORDS}, follow=True)

    assert "This cannot be taken back." in text_of(asked)
    page = text_of(done)
    assert "PPN 1 counts no longer: PPN 5 stands in its place." in page
    assert "PPN 1 was replaced by PPN 5, the next of the draw" in page
    assert WORDS in page
    assert "Replaced by PPN 5" in page
    assert url_of(item) not in done.content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (1, "1 grade of PPN 1 was given. It stays as it was given and counts nowhere."),
        (2, "2 grades of PPN 1 were given. They stay as they were given and count nowhere."),
    ],
)
def test_the_page_says_what_becomes_of_grades_that_were_given(client, cast, given, words):
    item = item_of(being_graded(cast), 1)
    for place in item.assignments.select_related("grader")[:given]:
        grades.submit_grade(assignment_id=place.pk, **whole(3), by=place.grader, at=LATER)

    assert words in text_of(client.signed_in(cast.sam).get(url_of(item)))


def test_what_is_missing_is_said_beside_its_field(client, cast):
    item = item_of(drawn_round(cast), 1)

    empty = client.signed_in(cast.sam).post(url_of(item), {})
    short = client.post(url_of(item), {"reason": "OTHER", "words": "Too short."})

    assert (empty.status_code, set(empty.context["form"].errors)) == (422, {"reason", "words"})
    assert (short.status_code, short.context["form"].errors) == (
        422,
        {"words": ["Say why in at least 30 characters"]},
    )


def test_withdrawn_is_offered_for_what_was_withdrawn_and_only_there(client, cast):
    round = drawn_round(cast)
    withdraw(item_of(round, 2).referral, by=cast.sam, at=SOON)
    client.signed_in(cast.sam)

    def offered(position: int) -> list[str]:
        return [
            code for code, _ in client.get(url_of(item_of(round, position))).context["form"].fields["reason"].choices
        ]

    assert offered(1) == ["RECOGNISED", "NO_GRADER", "OTHER"]
    assert offered(2) == ["WITHDRAWN"]


def test_a_refusal_is_said_on_the_page(client, cast):
    item = item_of(drawn_round(cast, size=2, population=2), 1)

    refused = client.signed_in(cast.sam).post(url_of(item), {"reason": "OTHER", "words": WORDS})

    assert refused.status_code == 422
    assert "Every PPN of the quarter was drawn already" in text_of(refused)


def test_who_comes_second_is_told_and_nothing_changes(client, cast):
    round = drawn_round(cast)
    item = item_of(round, 1)
    replace(cast, item)

    late = client.signed_in(cast.sam).post(url_of(item), {"reason": "OTHER", "words": WORDS}, follow=True)

    assert "PPN 1 cannot be replaced any more." in text_of(late)
    assert Removal.objects.count() == 1


def test_the_panel_sees_that_it_happened_and_why_without_words_names_or_references(client, cast):
    round = being_graded(cast)
    item = item_of(round, 1)
    AssignmentFactory(item=item_of(round, 2), grader=UserFactory(roles=["PANEL_MEMBER"]))
    replace(cast, item)

    response = client.signed_in(cast.pam).get(round.get_absolute_url())

    page = text_of(response)
    assert "PPN 1 was replaced by PPN 5, the next of the draw" in page
    assert "The panel would see whom it is about" in page
    for hidden in (WORDS, str(cast.sam), item.referral.reference):
        assert hidden not in page.split("How it was drawn")[0]


def test_a_grader_who_opens_what_was_replaced_is_led_back_to_the_round(client, cast):
    round = being_graded(cast)
    item = item_of(round, 1)
    grader = item.assignments.select_related("grader").first().grader
    replace(cast, item)

    shown = client.signed_in(grader).get(item.grade_url, follow=True)
    sent = client.post(item.grade_url, posted(), follow=True)

    for answer in (shown, sent):
        assert "PPN 1 was withdrawn or replaced, so it is not graded any more." in text_of(answer)
    assert not Grade.objects.exists()


def test_the_figures_say_how_many_were_left_out(client, cast):
    round = being_graded(cast)
    grade_all(round)
    agree_all(round, cast)
    withdraw(item_of(round, 1).referral, by=cast.sam, at=LATER)

    page = text_of(client.signed_in(cast.sam).get(round.get_absolute_url()))

    assert "1 PPN of the sample was withdrawn after the draw and counts in no figure." in page
    assert "Agreed grades of 3 PPNs" in page


@pytest.mark.parametrize("count", [0, 3])
def test_the_page_of_a_round_asks_the_database_the_same_however_many_were_replaced(
    client, cast, count, django_assert_num_queries
):
    round = drawn_round(cast)
    for position in range(1, count + 1):
        replace(cast, item_of(round, position))
    client.signed_in(cast.sam)

    with django_assert_num_queries(9):
        client.get(round.get_absolute_url())
