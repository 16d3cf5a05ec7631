"""Who supervises whom, sessions and their moves, whether they were held on time, and what the database itself refuses."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from accounts.services import place_person
from audit.models import Entry
from tests.factories.accounts import AgencyFactory, TeamFactory, UserFactory
from tests.factories.supervision import SECRET, SupervisionFactory, SupervisionSessionFactory
from tests.people import NOW, Cast, make_cast
from tests.races import at_once
from training.enums import SUPERVISION_MOVES, SupervisionMove, SupervisionState
from training.models import Supervision, SupervisionSession
from training.queries.supervision import own_supervisions
from training.queries.supervision_and_surveys import waiting_for as supervision_waiting_for
from training.queries.supervision_figures import Figures, Kept, figures_of_year, kept_of, shown, years_with_supervision
from training.services import supervision as services

TODAY = date(2026, 11, 20)


def arrange(cast: Cast, **fields) -> Supervision:
    """Tess arranges that Moss supervises Mina."""
    defaults = {
        "supervisee": cast.mina,
        "supervisor": cast.moss,
        "kind": "SUPERVISION",
        "every_weeks": 6,
        "starts_on": date(2026, 10, 1),
        "by": cast.tess,
        "at": NOW,
    }
    return services.arrange_supervision(**defaults | fields)


def pair(cast: Cast, **fields) -> Supervision:
    people = {"supervisee": cast.mina, "supervisor": cast.moss, "arranged_by": cast.tess}
    return SupervisionFactory(**people | {"starts_on": date(2026, 10, 1)} | fields)


def refused(**fields) -> None:
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        SupervisionFactory(**fields)


# --- arranging and ending ---------------------------------------------------------------------------------------------


def test_a_trainer_arranges_for_the_agency_and_a_leader_for_the_own_team(cast):
    made = arrange(cast)
    assert (made.agency, made.every_weeks, made.ends_on, made.arranged_by) == (cast.police, 6, None, cast.tess)
    assert list(Entry.objects.values_list("what", flat=True)) == ["training.supervision_arranged"]

    arrange(cast, supervisee=cast.olu, by=cast.lin)
    with pytest.raises(services.CannotArrange, match="may not arrange"):
        arrange(cast, supervisee=cast.olu, kind="REFLECTIVE", by=cast.sam)


@pytest.mark.parametrize("name", ["olu", "mina", "moss", "leda", "ada", "iggy", "pat", "out"])
def test_nobody_else_arranges_supervision(cast, name):
    with pytest.raises(services.CannotArrange):
        arrange(cast, supervisee=cast.gail, by=getattr(cast, name))


def test_nobody_supervises_themselves_or_is_arranged_for_by_themselves(cast):
    with pytest.raises(services.CannotArrange, match="supervises themselves"):
        arrange(cast, supervisor=cast.mina)
    with pytest.raises(services.CannotArrange, match="may not arrange"):
        arrange(cast, supervisee=cast.tess)
    refused(supervisee=cast.mina, supervisor=cast.mina)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "TEA"}, "what kind"),
        ({"every_weeks": 0}, "1 to 26 weeks"),
        ({"every_weeks": 27}, "1 to 26 weeks"),
        ({"ends_on": date(2026, 10, 1)}, "before the first"),
    ],
)
def test_what_cannot_be_is_not_arranged(cast, fields, message):
    with pytest.raises(services.CannotArrange, match=message):
        arrange(cast, **fields)
    assert not Supervision.objects.exists()


def test_both_are_people_of_the_agency_who_are_still_there(cast):
    with pytest.raises(services.CannotArrange, match="not of your agency"):
        arrange(cast, supervisor=cast.pat)
    gone = UserFactory(agency=cast.police, is_active=False)
    with pytest.raises(services.CannotArrange, match="not of your agency"):
        arrange(cast, supervisor=gone)


def test_one_supervision_of_a_kind_at_a_time(cast):
    arrange(cast, ends_on=date(2026, 12, 1))
    with pytest.raises(services.CannotArrange, match="in these days already"):
        arrange(cast, supervisor=cast.sam, starts_on=date(2026, 11, 30))

    arrange(cast, kind="REFLECTIVE")
    arrange(cast, supervisor=cast.sam, starts_on=date(2026, 12, 1))
    assert Supervision.objects.count() == 3


def test_the_database_refuses_overlapping_days_and_days_that_run_backwards(cast):
    pair(cast, ends_on=date(2026, 12, 1))

    refused(supervisee=cast.mina, supervisor=cast.sam, starts_on=date(2026, 11, 30))
    refused(supervisee=cast.olu, starts_on=date(2026, 11, 30), ends_on=date(2026, 11, 29))
    refused(supervisee=cast.olu, every_weeks=0)
    refused(supervisee=cast.olu, ended_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_who_arrange_at_once_arrange_one_supervision():
    cast = make_cast()
    given = at_once(
        lambda: arrange(cast),
        lambda: arrange(cast, supervisor=cast.sam, by=cast.sam),
        refusal=services.CannotArrange,
    )

    assert Supervision.objects.count() == 1
    assert [type(one).__name__ for one in given].count("CannotArrange") == 1


def test_ending_cancels_what_was_planned_for_later_and_keeps_the_rest(cast):
    supervision = pair(cast)
    held = SupervisionSessionFactory(supervision=supervision, state="HELD", planned_on=date(2026, 11, 2))
    planned = services.plan_session(supervision_id=supervision.pk, planned_on=date(2026, 12, 4), by=cast.moss, at=NOW)

    with pytest.raises(services.CannotEndSupervision, match="held on that day or later"):
        services.end_supervision(supervision_id=supervision.pk, ends_on=date(2026, 11, 2), by=cast.tess, at=NOW)
    services.end_supervision(supervision_id=supervision.pk, ends_on=TODAY, by=cast.tess, at=NOW)

    states = dict(SupervisionSession.objects.values_list("pk", "state"))
    assert states == {held.pk: "HELD", planned.pk: "CANCELLED"}
    with pytest.raises(services.CannotEndSupervision, match="ended already"):
        services.end_supervision(supervision_id=supervision.pk, ends_on=TODAY, by=cast.tess, at=NOW)
    with pytest.raises(services.CannotPlan, match="does not last"):
        services.plan_session(supervision_id=supervision.pk, planned_on=TODAY, by=cast.moss, at=NOW)


@pytest.mark.parametrize("name", ["mina", "moss", "lin", "ada", "leda", "out"])
def test_the_two_do_not_end_it_themselves_nor_does_anybody_else(cast, name):
    supervision = pair(cast)

    with pytest.raises(services.CannotEndSupervision):
        services.end_supervision(supervision_id=supervision.pk, ends_on=TODAY, by=getattr(cast, name), at=NOW)


# --- sessions ---------------------------------------------------------------------------------------------------------


def plan(cast: Cast, supervision: Supervision, **fields) -> SupervisionSession:
    values = {"planned_on": date(2026, 12, 4), "by": cast.moss, "at": NOW} | fields
    return services.plan_session(supervision_id=supervision.pk, **values)


@pytest.mark.parametrize("name", ["mina", "moss"])
def test_either_of_the_two_plans_moves_and_cancels(cast, name):
    by = getattr(cast, name)
    session = plan(cast, pair(cast), by=by)

    services.move_session(session_id=session.pk, planned_on=date(2026, 12, 8), by=by, at=NOW)
    services.cancel_session(session_id=session.pk, words="A strategy meeting took its place.", by=by, at=NOW)

    session.refresh_from_db()
    assert (session.state, session.planned_on, session.closed_by) == ("CANCELLED", date(2026, 12, 8), by)


@pytest.mark.parametrize("name", ["sam", "tess", "lin", "ada", "leda", "out"])
def test_nobody_else_touches_a_session(cast, name):
    by, supervision = getattr(cast, name), pair(cast)
    session = plan(cast, supervision)

    with pytest.raises(services.CannotPlan, match="Only the two"):
        plan(cast, supervision, by=by)
    for deed in (
        lambda: services.move_session(session_id=session.pk, planned_on=date(2026, 12, 8), by=by, at=NOW),
        lambda: services.miss_session(session_id=session.pk, why="FORGOTTEN", words="", by=by, at=NOW),
        lambda: services.cancel_session(session_id=session.pk, words="No.", by=by, at=NOW),
    ):
        with pytest.raises(services.CannotMoveSession, match="for the two"):
            deed()


def test_one_session_is_planned_at_a_time_and_none_for_a_day_that_is_past(cast):
    supervision = pair(cast)
    with pytest.raises(services.CannotPlan, match="still to come"):
        plan(cast, supervision, planned_on=date(2026, 11, 19))
    plan(cast, supervision, planned_on=TODAY)

    with pytest.raises(services.CannotPlan, match="planned already"):
        plan(cast, supervision)


def test_a_session_is_missed_once_its_day_has_come_and_cancelled_only_before_it_is_past(cast):
    supervision = pair(cast)
    session = plan(cast, supervision)
    with pytest.raises(services.CannotMoveSession, match="has not come yet"):
        services.miss_session(session_id=session.pk, why="FORGOTTEN", words="", by=cast.mina, at=NOW)
    later = NOW + timedelta(days=15)
    with pytest.raises(services.CannotMoveSession, match="held or missed"):
        services.cancel_session(session_id=session.pk, words="Forgot to.", by=cast.mina, at=later)
    with pytest.raises(services.CannotMoveSession, match="Say why"):
        services.miss_session(session_id=session.pk, why="OTHER", words=" ", by=cast.mina, at=later)

    services.miss_session(session_id=session.pk, why="OTHER", words=f"{SECRET} at home", by=cast.mina, at=later)

    assert SupervisionSession.objects.get().state == "MISSED"
    assert SECRET not in str(list(Entry.objects.values()))


def test_every_move_that_is_not_in_the_table_is_refused(cast):
    deeds = {
        SupervisionMove.MOVE: lambda pk: services.move_session(
            session_id=pk, planned_on=date(2026, 12, 8), by=cast.moss, at=NOW
        ),
        SupervisionMove.MISS: lambda pk: services.miss_session(
            session_id=pk, why="FORGOTTEN", words="", by=cast.moss, at=NOW
        ),
        SupervisionMove.CANCEL: lambda pk: services.cancel_session(
            session_id=pk, words="Not now.", by=cast.moss, at=NOW
        ),
    }
    supervision = pair(cast)
    for number, state in enumerate(SupervisionState):
        session = SupervisionSessionFactory(
            supervision=supervision, state=state, planned_on=TODAY - timedelta(days=number)
        )
        for move, deed in deeds.items():
            if (move, state) not in SUPERVISION_MOVES:
                with pytest.raises(services.CannotMoveSession, match="already"):
                    deed(session.pk)


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "HELD", "held_on": None},
        {"held_on": TODAY},
        {"why_missed": "FORGOTTEN"},
        {"state": "MISSED", "closed_at": NOW},
        {"closed_at": NOW},
    ],
)
def test_the_database_refuses_a_session_that_does_not_say_what_its_state_needs(cast, fields):
    session = SupervisionSessionFactory(supervision=pair(cast))

    with pytest.raises(IntegrityError), transaction.atomic():
        SupervisionSession.objects.filter(pk=session.pk).update(**fields)


def test_the_database_keeps_the_two_and_what_became_of_a_session(cast):
    supervision = pair(cast)
    session = SupervisionSessionFactory(supervision=supervision, state="MISSED")

    for rows, change in (
        (Supervision.objects.filter(pk=supervision.pk), {"supervisor": cast.sam}),
        (Supervision.objects.filter(pk=supervision.pk), {"every_weeks": 26}),
        (SupervisionSession.objects.filter(pk=session.pk), {"state": "CANCELLED", "why_missed": ""}),
    ):
        with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
            rows.update(**change)
    for model in (SupervisionSession, Supervision):
        with pytest.raises(DatabaseError, match="not removed"), transaction.atomic():
            model.objects.all()._raw_delete("default")


@pytest.mark.django_db(transaction=True)
def test_two_who_plan_at_once_plan_one_session():
    cast = make_cast()
    supervision = pair(cast)
    given = at_once(
        lambda: plan(cast, supervision, by=cast.moss),
        lambda: plan(cast, supervision, by=cast.mina),
        refusal=services.CannotPlan,
    )

    assert SupervisionSession.objects.count() == 1
    assert [type(one).__name__ for one in given].count("CannotPlan") == 1


# --- what waits -------------------------------------------------------------------------------------------------------


def waiting(user, at=NOW) -> list[tuple[str, int, bool]]:
    return [(line.title, line.count, line.is_late) for line in supervision_waiting_for(user, at=at)]


def test_the_home_page_asks_to_plan_a_session_two_weeks_before_it_is_due(cast):
    supervision = pair(cast, starts_on=date(2026, 10, 24))  # due by 5 December
    assert waiting(cast.mina) == []
    day_before = NOW + timedelta(days=1)
    assert waiting(cast.mina, at=day_before) == waiting(cast.moss, at=day_before)
    assert waiting(cast.mina, at=day_before) == [("Supervision sessions to plan", 1, False)]
    assert waiting(cast.mina, at=NOW + timedelta(days=16)) == [("Supervision sessions to plan", 1, True)]

    plan(cast, supervision)

    assert waiting(cast.mina, at=day_before) == []
    assert waiting(cast.sam, at=day_before) == []


def test_the_supervisor_is_asked_what_became_of_a_session_whose_day_is_past(cast):
    SupervisionSessionFactory(supervision=pair(cast), planned_on=date(2026, 11, 19))

    assert waiting(cast.moss) == [("Supervision sessions to record as held or missed", 1, True)]
    assert waiting(cast.mina) == []


def test_who_has_left_the_agency_leaves_its_supervision_behind(cast):
    supervision = pair(cast)
    SupervisionSessionFactory(supervision=supervision, state="HELD")
    cast.moss.agency, cast.moss.team = cast.council, None
    cast.moss.save()

    assert not Supervision.objects.of(cast.moss).exists()
    assert not SupervisionSession.objects.readable_by(cast.moss, at=NOW).exists()
    assert [line.supervision for line in own_supervisions(cast.mina, on=TODAY)] == [supervision]


# --- held on time -----------------------------------------------------------------------------------------------------

START = date(2026, 1, 1)
WEEK = timedelta(weeks=1)


def kept(*weeks: float, ends: int | None = None, until: int = 26) -> list[tuple[int, str]]:
    """Every four weeks from the start, held after so many weeks: each due week and what became of it."""
    found = kept_of(
        starts_on=START,
        ends_on=START + ends * WEEK if ends else None,
        every_weeks=4,
        held_on=[START + week * WEEK for week in weeks],
        until=START + until * WEEK,
    )
    return [((due - START) // WEEK, outcome.name) for due, outcome in found]


@pytest.mark.parametrize(
    ("weeks", "options", "expected"),
    [
        ((4,), {"until": 7}, [(4, "ON_TIME")]),
        ((3, 7), {"until": 10}, [(4, "ON_TIME"), (7, "ON_TIME")]),
        ((5,), {"until": 8}, [(4, "LATE")]),
        ((8,), {"until": 9}, [(4, "LATE")]),
        ((9,), {"until": 10}, [(4, "MISSED"), (8, "LATE")]),
        ((14,), {"until": 15}, [(4, "MISSED"), (8, "MISSED"), (12, "LATE")]),
        ((), {"until": 4}, []),
        ((), {"until": 9}, [(4, "MISSED"), (8, "MISSED")]),
        ((4,), {"until": 26, "ends": 8}, [(4, "ON_TIME")]),
        ((4,), {"until": 26, "ends": 9}, [(4, "ON_TIME"), (8, "MISSED")]),
    ],
)
def test_on_time_late_and_missed_are_counted_from_the_session_before(weeks, options, expected):
    assert kept(*weeks, **options) == expected


def test_a_session_that_is_due_today_is_not_missed_yet():
    assert kept(until=4) == []
    assert kept_of(
        starts_on=START, ends_on=None, every_weeks=4, held_on=[], until=START + 4 * WEEK + timedelta(days=1)
    ) == [(START + 4 * WEEK, Kept.MISSED)]


def figures(name: str, people: int, due: int) -> Figures:
    return Figures((name,), people, on_time=due, late=0, missed=0)


def test_small_teams_are_shown_together_and_nothing_at_all_where_all_is_small():
    north, south, west = figures("North", 6, 9), figures("South", 4, 30), figures("West", 7, 8)

    found = shown([north, south, west])
    assert [(line.teams, line.people, line.due) for line in found.teams] == [
        (("West",), 7, 8),
        (("North", "South"), 10, 39),
    ]
    assert found.total is not None
    assert found.total.due == 47
    assert shown([south]).total is None
    assert shown([south]).teams == []


def test_the_figures_of_a_year_count_the_agency_by_the_team_of_the_people_supervised(cast):
    for number in range(5):
        supervision = SupervisionFactory(
            supervisee=UserFactory(agency=cast.police, team=cast.response_team), supervisor=cast.lin
        )
        if number:
            SupervisionSessionFactory(supervision=supervision, state="HELD", planned_on=date(2026, 2, 10))
    SupervisionFactory(supervisee=UserFactory(agency=AgencyFactory(), team=TeamFactory()))

    found = figures_of_year(cast.leda, year=2026, on=date(2026, 3, 1))

    assert [(line.teams, line.people, line.on_time, line.late, line.missed) for line in found.teams] == [
        (("Testham Response",), 5, 4, 0, 1)
    ]
    assert found.total is not None
    assert (found.total.rate.successes, found.total.rate.n) == (4, 5)
    assert years_with_supervision(cast.leda, on=date(2027, 1, 2)) == [2027, 2026]
    assert figures_of_year(cast.leda, year=2025, on=date(2026, 3, 1)).total is None


def test_one_that_was_ended_on_its_first_day_is_arranged_anew(cast):
    wrong = arrange(cast)
    services.end_supervision(supervision_id=wrong.pk, ends_on=wrong.starts_on, by=cast.tess, at=NOW)

    assert arrange(cast, supervisor=cast.sam).starts_on == wrong.starts_on


def test_what_was_due_on_the_last_day_of_a_year_and_not_held_was_missed_in_that_year(cast):
    for _ in range(5):
        SupervisionFactory(
            supervisee=UserFactory(agency=cast.police, team=cast.response_team),
            supervisor=cast.lin,
            every_weeks=4,
            starts_on=date(2026, 12, 3),
        )

    found = {year: figures_of_year(cast.leda, year=year, on=date(2027, 1, 20)) for year in (2026, 2027)}

    assert (found[2026].total.due, found[2026].total.missed) == (5, 5)
    assert found[2027].total is None


def test_a_trainer_ends_a_supervision_of_somebody_who_has_left_or_moved_on(client, cast):
    left, moved = pair(cast), pair(cast, supervisee=cast.olu)
    User.objects.filter(pk=cast.mina.pk).update(is_active=False)
    place_person(user=cast.olu, agency=AgencyFactory(), by=None, at=NOW)

    client.signed_in(cast.tess)

    for one in (left, moved):
        assert client.get(reverse("training:supervision_end", args=[one.pk])).status_code == 200
        services.end_supervision(supervision_id=one.pk, ends_on=TODAY, by=cast.tess, at=NOW)
    with pytest.raises(services.CannotEndSupervision, match="may not"):
        services.end_supervision(supervision_id=moved.pk, ends_on=TODAY, by=UserFactory(roles=["TRAINER"]), at=NOW)
