"""The pages of a round, and what they must not tell while grading is blind."""

import re

import pytest
from django.urls import reverse

from audit.models import Entry
from common.clock import quarter_of
from grading.models import Assignment, Grade, GradingRound, RoundItem
from grading.services import grades, moderation, rounds
from referrals.enums import ConcernType
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.grading import AssignmentFactory, GradeFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.grading.giving import LEARNING_POINT, posted, whole
from tests.people import NOW, Cast
from tests.reading import text_of
from tests.tampering import walls_down

LEAK = "LEAKED-WORDS, and enough of them to be a comment"


def grading_round(cast: Cast, items: int = 2, *, state: str = "GRADING") -> GradingRound:
    """A round in which Gail and Pam grade each PPN, and nothing is graded."""
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state=state)
    for position in range(1, items + 1):
        referral = ReferralFactory(author=cast.olu, content={"concern": f"Concern {position} of Zebedee Hidden."})
        PersonFactory(referral=referral, position=1, given_names="Zebedee", family_name="Hidden")
        item = RoundItemFactory(round=round, referral=referral, position=position)
        AssignmentFactory(item=item, grader=cast.gail)
        AssignmentFactory(item=item, grader=cast.pam)
    return round


def grade_all(round: GradingRound, overall: int = 3) -> None:
    for one in Assignment.objects.filter(item__round=round, grade=None):
        grades.submit_grade(assignment_id=one.pk, **whole(overall), by=one.grader, at=NOW)


def test_a_round_from_opening_to_publication_by_the_pages(client, cast):
    PersonFactory.create_batch(3, referral__author=cast.olu, referral__hub=cast.police)
    client.signed_in(cast.sam)
    quarter = quarter_of(NOW.date()).previous()

    response = client.post(reverse("grading:round_open"), {"quarter": quarter.start.isoformat(), "size": "10"})
    round = GradingRound.objects.get()
    assert response["Location"] == round.get_absolute_url()
    client.post(reverse("grading:round_draw", args=[round.pk]))
    response = client.post(
        reverse("grading:round_assign", args=[round.pk]),
        {"graders": [str(cast.gail.pk), str(cast.pam.pk)], "graders_per_item": "2"},
    )
    assert response.status_code == 302
    for grader, grade in ((cast.gail, 3), (cast.pam, 4)):
        client.signed_in(grader)
        address = Assignment.objects.of(grader).order_by("item__position").first().item.grade_url
        for _ in range(3):
            address = client.post(address, posted(grade))["Location"]
        assert address == round.get_absolute_url()
    client.signed_in(cast.sam)
    address = round.items.order_by("position").first().agree_url
    for _ in range(3):
        address = client.post(address, {"grade": "4", "reason": "The voice is there."})["Location"]
    assert address == round.get_absolute_url()
    client.post(reverse("grading:round_publish", args=[round.pk]))

    round.refresh_from_db()
    assert round.state == "PUBLISHED"
    assert "Mean 4.00 (12 divided by 3) Median 4.0" in text_of(client.get(round.get_absolute_url()))
    client.signed_in(cast.leda)
    assert "Too few PPNs were graded" in text_of(client.get(round.get_absolute_url()))


def test_save_and_next_goes_to_the_next_ppn_and_the_grade_is_kept(client, cast):
    round = grading_round(cast, 2)
    first, second = round.items.order_by("position")
    client.signed_in(cast.gail)

    response = client.post(
        first.grade_url,
        posted(2, strength=" Clear. ", VOICE="3", ACTION="NA", ACTION_WHY_NOT="A partner had acted already."),
    )

    assert response["Location"] == second.grade_url
    grade = Grade.objects.get()
    assert (grade.overall, grade.strength, grade.learning_point) == (2, "Clear.", LEARNING_POINT)
    assert grade.criteria == whole(2)["criteria"] | {"VOICE": 3, "ACTION": None}
    assert grade.not_applicable == {"ACTION": "A partner had acted already."}
    assert "Action taken and what is asked Does not apply: A partner had acted already." in text_of(
        client.get(first.grade_url)
    )


def test_a_form_without_a_grade_answers_422_and_keeps_what_was_typed(client, cast):
    item = grading_round(cast, 1).items.get()
    client.signed_in(cast.gail)

    response = client.post(item.grade_url, {"strength": "Kept words.", "VOICE": "3"})

    assert response.status_code == 422
    page = response.content.decode()
    assert "Kept words." in page
    assert 'href="#id_overall_0">Choose a grade from 1 to 4' in page
    assert re.search(r'name="VOICE" value="3" id="id_VOICE_2" checked', page)
    assert not Grade.objects.exists()


def test_what_is_missing_of_a_grade_is_said_beside_each_question_and_nothing_is_lost(client, cast):
    item = grading_round(cast, 1).items.get()
    sent = posted(4, VOICE="", RISK="NA", TIMELY="1", strength="Short.", learning_point="Short too.")
    client.signed_in(cast.gail)

    response = client.post(item.grade_url, sent)

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "VOICE": ["Voice: the child's words, the adult's wishes: give a mark from 1 to 4"],
        "RISK_WHY_NOT": ["Risk and the reasons for it: say why it does not apply"],
        "learning_point": ["Write at least 50 characters in these two together, so that the writer can use them"],
    }
    page = response.content.decode()
    for target in ("id_VOICE_0", "id_RISK_WHY_NOT", "id_learning_point"):
        assert f'href="#{target}"' in page
    assert 'value="NA" id="id_RISK_4" checked' in page
    assert "Short too." in page
    assert not Grade.objects.exists()


def test_a_reason_that_was_written_before_a_mark_was_chosen_instead_is_left_out(client, cast):
    item = grading_round(cast, 1).items.get()

    client.signed_in(cast.gail).post(item.grade_url, posted(3, RISK_WHY_NOT="Written before."))

    assert Grade.objects.get().not_applicable == {}


def test_another_grade_for_the_same_ppn_is_refused_on_the_page(client, cast):
    item = grading_round(cast, 2).items.first()
    client.signed_in(cast.gail)
    client.post(item.grade_url, posted(2))

    response = client.post(item.grade_url, posted(4, strength="Other words."))

    assert response.status_code == 422
    assert "You have graded this PPN already, and a grade that was given stays." in text_of(response)
    assert Grade.objects.get().overall == 2


def test_graders_read_the_ppn_without_names_reference_or_author(client, cast):
    item = grading_round(cast, 1).items.get()
    client.signed_in(cast.pam)

    page = client.get(item.grade_url).content.decode()

    assert "Concern 1 of [person 1]." in page
    assert "<strong>Answered, and hidden here:</strong>" in page
    assert "<strong>Not answered:</strong>" in page
    for hidden in ("Zebedee", "Hidden", "Olu", "Testham", item.referral.reference, str(item.referral_id)):
        assert hidden not in page
    entry = Entry.objects.get(what="grading.item_read")
    assert (entry.object_id, entry.actor_id) == (str(item.referral_id), str(cast.pam.pk))


def test_a_grader_goes_forth_and_back_among_their_own_ppns_without_saving(client, cast):
    round = grading_round(cast, 3)
    client.signed_in(cast.gail)
    first, second, third = (one.grade_url for one in round.items.order_by("position"))

    links = {
        url: re.findall(r'href="([^"]+)" rel="(prev|next)"', client.get(url).content.decode())
        for url in (first, second, third)
    }

    assert links == {first: [(second, "next")], second: [(first, "prev"), (third, "next")], third: [(second, "prev")]}


def test_nothing_is_chosen_before_the_grader_chooses(client, cast):
    item = grading_round(cast, 1).items.get()
    client.signed_in(cast.gail)

    assert not re.search(r"<input[^>]* checked", client.get(item.grade_url).content.decode())


@pytest.mark.parametrize("is_on", [True, False])
def test_the_keys_can_be_turned_off(client, cast, is_on):
    item = grading_round(cast, 1).items.get()
    type(cast.gail).objects.filter(pk=cast.gail.pk).update(keyboard_shortcuts=is_on)
    client.signed_in(cast.gail)

    assert ("data-grading-keys" in client.get(item.grade_url).content.decode()) is is_on


def pages_of(round: GradingRound, item: RoundItem) -> list[str]:
    return [
        reverse("home"),
        reverse("grading:rounds"),
        round.get_absolute_url(),
        item.grade_url,
        item.agree_url,
        reverse("grading:trend"),
    ]


@pytest.mark.parametrize("person", ["sam", "gail", "pam", "leda", "ana", "tess"])
def test_while_grading_is_blind_no_page_changes_with_what_another_grader_gave(client, cast, person):
    """The same pages twice, with Pam's grade at 1 and at 4 and her words in it: not one differs by a letter."""
    round = grading_round(cast, 2)
    item, other = round.items.order_by("position")
    # Pam sees her own, so to her it is Gail's that must not show.
    giver = cast.gail if person == "pam" else cast.pam
    assignment = item.assignments.get(grader=giver)
    said = {"strength": LEAK, "learning_point": LEAK}
    first = grades.submit_grade(assignment_id=assignment.pk, by=giver, at=NOW, **whole(1, **said))
    client.signed_in(getattr(cast, person))

    def read() -> list[str]:
        found = []
        for url in pages_of(round, item):
            response = client.get(url)
            assert LEAK not in response.content.decode(), url
            found.append(text_of(response))
        return found

    before = read()
    with walls_down(Grade):
        first.delete()
    GradeFactory(assignment=assignment, overall=4, criteria={"VOICE": 4}, submitted_at=NOW, **said)
    assert read() == before


def test_a_supervisor_who_grades_in_the_round_reads_no_reference_until_all_grades_are_in(client, cast):
    round = grading_round(cast, 1)
    judge = UserFactory(agency=cast.police, roles=["MASH_SUPERVISOR", "PANEL_MEMBER"])
    AssignmentFactory(item=round.items.get(), grader=judge)
    reference = round.items.get().referral.reference

    assert reference in text_of(client.signed_in(cast.sam).get(round.get_absolute_url()))
    assert reference not in text_of(client.signed_in(judge).get(round.get_absolute_url()))

    grade_all(round)
    assert reference in text_of(client.signed_in(judge).get(round.get_absolute_url()))


def test_once_all_are_in_graders_and_supervisor_see_all_grades(client, cast):
    round = grading_round(cast, 1)
    item = round.items.get()
    for one, words in ((cast.gail, "Gails words"), (cast.pam, "Pams words")):
        assignment = item.assignments.get(grader=one)
        grades.submit_grade(assignment_id=assignment.pk, by=one, at=NOW, **whole(2, strength=words))

    for person, url in ((cast.gail, item.grade_url), (cast.pam, item.grade_url), (cast.sam, item.agree_url)):
        page = text_of(client.signed_in(person).get(url))
        assert "Gails words" in page
        assert "Pams words" in page


def test_agreement_that_is_refused_answers_422_and_keeps_the_words(client, cast):
    round = grading_round(cast, 1)
    grade_all(round)
    item = round.items.get()
    client.signed_in(cast.sam)

    response = client.post(item.agree_url, {"grade": "4", "reason": ""})

    assert response.status_code == 422
    assert "Give the reason" in response.content.decode()
    assert list(response.context["form"].errors) == ["reason"]


def test_that_nobody_discussed_what_must_be_discussed_is_said_beside_that_question(client, cast):
    round = grading_round(cast, 1)
    item = round.items.get()
    for grader, overall in ((cast.gail, 1), (cast.pam, 4)):
        place = item.assignments.get(grader=grader)
        grades.submit_grade(assignment_id=place.pk, **whole(overall), by=grader, at=NOW)
    client.signed_in(cast.sam)

    response = client.post(item.agree_url, {"grade": "2", "reason": "The voice is missing."})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["discussed_by"])
    assert "The voice is missing." in response.content.decode()


def test_a_published_round_shows_its_ppns_to_no_grader(client, cast):
    item = grading_round(cast, 1, state="PUBLISHED").items.get()
    client.signed_in(cast.gail)

    page = client.get(item.grade_url).content.decode()

    assert "Concern 1" not in page
    assert not Entry.objects.filter(what="grading.item_read").exists()


def test_results_viewers_see_figures_but_no_ppn(client, cast):
    round = grading_round(cast, 6)
    grade_all(round)
    for item in round.items.all():
        moderation.record_agreed_grade(item_id=item.pk, grade=3, by=cast.sam, at=NOW)
    client.signed_in(cast.leda)
    assert "Results" not in text_of(client.get(round.get_absolute_url()))
    rounds.publish_round(round_id=round.pk, by=cast.sam, at=NOW)

    page = client.get(round.get_absolute_url()).content.decode()

    assert "3.00" in page
    for item in round.items.select_related("referral"):
        assert item.referral.reference not in page
        assert str(item.pk) not in page


def test_the_check_of_the_draw_says_that_the_same_come_out(client, cast):
    ReferralFactory.create_batch(4, author=cast.olu)
    round = rounds.open_round(quarter=quarter_of(NOW.date()).previous(), size=2, by=cast.sam, at=NOW)
    rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)
    client.signed_in(cast.sam)

    page = client.post(reverse("grading:round_check_draw", args=[round.pk]), follow=True)

    assert "the same 2 PPNs come out" in text_of(page)


def test_a_second_round_for_a_quarter_answers_422(client, cast):
    quarter = quarter_of(NOW.date()).previous()
    rounds.open_round(quarter=quarter, by=cast.sam, at=NOW)
    client.signed_in(cast.sam)

    response = client.post(reverse("grading:round_open"), {"quarter": quarter.start.isoformat(), "size": "10"})

    assert response.status_code == 422
    assert "There is a round for" in response.content.decode()


def test_a_panel_without_partner_answers_422_and_keeps_the_choice(client, cast):
    ReferralFactory(author=cast.olu)
    police = UserFactory(agency=cast.police, roles=["PANEL_MEMBER"])
    round = rounds.open_round(quarter=quarter_of(NOW.date()).previous(), by=cast.sam, at=NOW)
    rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)
    client.signed_in(cast.sam)

    response = client.post(
        reverse("grading:round_assign", args=[round.pk]),
        {"graders": [str(cast.gail.pk), str(police.pk)], "graders_per_item": "2"},
    )

    assert response.status_code == 422
    assert "partner agency" in response.content.decode()
    assert response.content.decode().count(" checked") == 2


def test_only_people_who_may_grade_are_offered(client, cast):
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="DRAWN")
    gone = UserFactory(name="Gone Fictitious", roles=["PANEL_MEMBER"])
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    client.signed_in(cast.sam)

    page = text_of(client.get(reverse("grading:round_assign", args=[round.pk])))

    offered = re.findall(r"(\w+) Fictitious,", page)
    assert offered == ["Gail", "Pam"]


@pytest.mark.parametrize("count", [1, 3])
def test_rounds_query_count_is_flat(client: CarefulClient, cast, count, django_assert_num_queries):
    for number in range(count):
        round = GradingRoundFactory(
            force=cast.police,
            opened_by=cast.sam,
            state="GRADING",
            starts_on=f"20{20 + number}-01-01",
            ends_on=f"20{20 + number}-03-31",
        )
        AssignmentFactory(item=RoundItemFactory(round=round), grader=cast.gail)
    client.signed_in(cast.gail)
    with django_assert_num_queries(4):
        response = client.get(reverse("grading:rounds"))
    assert response.status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_round_query_count_is_flat(client: CarefulClient, cast, count, django_assert_num_queries):
    round = grading_round(cast, count)
    client.signed_in(cast.sam)
    # One of them asks what was replaced, and what was withdrawn and can be.
    with django_assert_num_queries(10):
        client.get(round.get_absolute_url())


@pytest.mark.parametrize("count", [1, 3])
def test_grade_item_query_count_is_flat(client: CarefulClient, cast, count, django_assert_num_queries):
    item = grading_round(cast, count).items.first()
    item.referral.types = list(ConcernType.values)[: 3 * count]
    item.referral.save()
    PersonFactory.create_batch(count, referral=item.referral)
    client.signed_in(cast.gail)
    with django_assert_num_queries(15):
        client.get(item.grade_url)
