"""The administration: who gets in, what may be done there, and that every change is a recorded one."""

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import Agency, RoleGrant, User
from accounts.services import CannotGrantRole
from audit.models import Entry
from jobs.models import Job
from tests.factories.accounts import TeamFactory
from tests.people import NOW, Cast

KEPT = {"accounts.area", "accounts.team", "accounts.agency", "accounts.user", "accounts.rolegrant"}
LOOKED_AT = {"jobs.job", "mail.message"}
LISTS = [
    (f"{model._meta.app_label}.{model._meta.model_name}", f"admin:{model._meta.app_label}_{model._meta.model_name}")
    for model in admin.site._registry
]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def recorded() -> list[tuple[str, str]]:
    return list(Entry.objects.filter(verb="ADMINISTERED").order_by("pk").values_list("what", "actor_id"))


@pytest.mark.parametrize(("model", "name"), LISTS)
@pytest.mark.parametrize("page", ["changelist", "add"])
def test_only_an_administrator_gets_in_and_only_to_people_and_reference_data(
    cast: Cast, model: str, name: str, page: str
) -> None:
    address = reverse(f"{name}_{page}")
    wrong = {}
    for who, user in cast.everyone().items():
        opens = model in KEPT or (model in LOOKED_AT and page == "changelist")
        expected = 302 if who != "ada" else 200 if opens else 403
        if (status := signed_in(user).get(address).status_code) != expected:
            wrong[who] = status

    assert wrong == {}
    assert Client().get(address).status_code == 302


def test_the_administration_has_no_sign_in_page_of_its_own(cast: Cast) -> None:
    visitor = Client().get("/admin/login/")
    refused = signed_in(cast.sam).get("/admin/login/")
    sent_on = signed_in(cast.ada).get("/admin/login/")

    assert (visitor.status_code, visitor["Location"]) == (302, f"{reverse('account_login')}?next=/admin/login/")
    assert refused.status_code == 403
    assert (sent_on.status_code, sent_on["Location"]) == (302, "/admin/")


def test_a_new_agency_gets_its_group(cast: Cast) -> None:
    answer = signed_in(cast.ada).post(reverse("admin:accounts_agency_add"), {"name": "New School", "kind": "EDUCATION"})

    assert answer.status_code == 302
    assert Agency.objects.get(name="New School").group.name == "Agency: New School"
    assert recorded() == [("agency.created", str(cast.ada.pk))]


def test_a_new_person_is_placed_and_can_sign_in(cast: Cast) -> None:
    words = "three fictitious otters"
    values = {"email": "new@example.org", "name": "New Fictitious", "agency": cast.council.pk}
    passwords = {"password1": words, "password2": words}

    answer = signed_in(cast.ada).post(reverse("admin:accounts_user_add"), values | passwords)

    assert answer.status_code == 302
    person = User.objects.get(email="new@example.org")
    assert person.check_password(words)
    assert list(person.groups.all()) == [cast.council.group]
    assert recorded() == [("user.created", str(cast.ada.pk))]


def change(cast: Cast, **changed: object) -> object:
    pat = cast.pat
    values = {"email": pat.email, "name": pat.name, "agency": pat.agency_id, "is_active": "on", "team": ""}
    address = reverse("admin:accounts_user_change", args=[pat.pk])
    return signed_in(cast.ada).post(address, {name: value for name, value in (values | changed).items() if value})


def test_a_mover_leaves_the_old_agency_s_group_behind(cast: Cast) -> None:
    change(cast, agency=cast.elsewhere.pk)

    assert list(User.objects.get(pk=cast.pat.pk).groups.all()) == [cast.elsewhere.group]
    assert recorded() == [("user.changed", str(cast.ada.pk)), ("user.placed", str(cast.ada.pk))]


def test_a_team_of_another_agency_is_refused_beside_the_field(cast: Cast) -> None:
    answer = change(cast, team=TeamFactory(agency=cast.elsewhere).pk)

    assert "That team belongs to another agency." in answer.content.decode()
    assert User.objects.get(pk=cast.pat.pk).team is None


def grant(cast: Cast, user: User, role: str) -> object:
    values = {"user": user.pk, "role": role, "starts_on": "2026-11-20"}
    return signed_in(cast.ada).post(reverse("admin:accounts_rolegrant_add"), values)


def test_a_role_is_given_in_the_administrator_s_name(cast: Cast) -> None:
    assert grant(cast, cast.olu, "MENTOR").status_code == 302

    assert RoleGrant.objects.get(user=cast.olu, role="MENTOR").granted_by == cast.ada
    assert recorded() == [("role.granted", str(cast.ada.pk))]


@pytest.mark.parametrize(
    ("who", "role", "words"),
    [
        ("ada", "MENTOR", "Nobody may give a role to themselves"),
        ("pat", "MASH_DECISION_MAKER", "is a role for police only"),
    ],
)
def test_a_role_that_may_not_be_given_is_refused_in_words(cast: Cast, who: str, role: str, words: str) -> None:
    answer = grant(cast, cast.everyone()[who], role)

    assert words in answer.content.decode()
    assert recorded() == []


def test_a_role_ends_on_the_day_that_is_said(cast: Cast) -> None:
    given = RoleGrant.objects.get(user=cast.olu)
    address = reverse("admin:accounts_rolegrant_change", args=[given.pk])

    assert signed_in(cast.ada).post(address, {"ends_on": "2026-11-21"}).status_code == 302

    given.refresh_from_db()
    assert given.ends_on == date(2026, 11, 21)
    assert recorded() == [("role.ended", str(cast.ada.pk))]
    with pytest.raises(CannotGrantRole, match="give it again"):
        services.end_role(grant_id=given.pk, ends_on=date(2027, 1, 1), by=cast.ada, at=NOW)


def test_nothing_is_deleted_there(cast: Cast) -> None:
    answer = signed_in(cast.ada).post(reverse("admin:accounts_user_delete", args=[cast.pat.pk]), {"post": "yes"})

    assert answer.status_code == 403
    assert User.objects.filter(pk=cast.pat.pk).exists()


def test_a_new_password_that_an_administrator_gives_is_recorded(cast: Cast) -> None:
    words = "three fictitious otters"
    address = reverse("admin:auth_user_password_change", args=[cast.pat.pk])
    refused = signed_in(cast.ada).post(address, {"password1": words, "password2": "other fictitious otters"})
    assert (refused.status_code, recorded()) == (200, [])

    assert signed_in(cast.ada).post(address, {"password1": words, "password2": words}).status_code == 302

    assert User.objects.get(pk=cast.pat.pk).check_password(words)
    assert recorded() == [("user.password_set", str(cast.ada.pk))]
    assert Entry.objects.get(what="user.password_set").object_id == str(cast.pat.pk)


def test_days_of_a_role_that_run_backwards_are_refused_beside_the_field(cast: Cast) -> None:
    values = {"user": cast.olu.pk, "role": "MENTOR", "starts_on": "2026-11-20", "ends_on": "2026-11-19"}
    added = signed_in(cast.ada).post(reverse("admin:accounts_rolegrant_add"), values)
    given = RoleGrant.objects.get(user=cast.olu)
    address = reverse("admin:accounts_rolegrant_change", args=[given.pk])
    changed = signed_in(cast.ada).post(address, {"ends_on": given.starts_on - timedelta(days=1)})

    for answer in (added, changed):
        assert "A role cannot end before it starts." in answer.content.decode()
        assert 'name="ends_on"' in answer.content.decode()
    assert recorded() == []


def test_an_administrator_does_not_end_a_role_of_their_own(cast: Cast) -> None:
    own = RoleGrant.objects.get(user=cast.ada)
    address = reverse("admin:accounts_rolegrant_change", args=[own.pk])

    answer = signed_in(cast.ada).post(address, {"ends_on": "2026-11-21"})

    assert "or end one of their own" in answer.content.decode()
    assert recorded() == []


def test_the_name_that_an_agency_gave_up_may_be_taken_by_another(cast: Cast) -> None:
    name, renamed = cast.elsewhere.name, {"name": "New Name", "kind": "EDUCATION", "is_active": "on"}
    address = reverse("admin:accounts_agency_change", args=[cast.elsewhere.pk])
    assert signed_in(cast.ada).post(address, renamed).status_code == 302

    signed_in(cast.ada).post(reverse("admin:accounts_agency_add"), {"name": name, "kind": "EDUCATION"})

    groups = {agency.name: agency.group.name for agency in Agency.objects.filter(kind="EDUCATION")}
    assert groups == {"New Name": "Agency: New Name", name: f"Agency: {name}"}
    assert [what for what, _ in recorded()] == ["agency.changed", "agency.created"]


def test_a_team_stays_with_its_agency(cast: Cast) -> None:
    address = reverse("admin:accounts_team_change", args=[cast.response_team.pk])

    signed_in(cast.ada).post(address, {"name": "New name", "agency": cast.council.pk})

    cast.response_team.refresh_from_db()
    assert (cast.response_team.name, cast.response_team.agency) == ("New name", cast.police)


def test_every_page_of_the_administration_carries_the_marking_and_says_names_not_ids(cast: Cast) -> None:
    grant = RoleGrant.objects.get(user=cast.mina)

    for address in (reverse("admin:index"), reverse("admin:accounts_rolegrant_change", args=[grant.pk])):
        page = signed_in(cast.ada).get(address).content.decode()
        assert "<strong>OFFICIAL-SENSITIVE</strong>" in page
    assert "MASH decision-maker: Mina Fictitious" in page
    assert str(cast.mina.pk) not in page.split("<title>")[1].split("</title>")[0]


def test_an_agencys_page_leads_to_no_page_that_is_refused(cast: Cast) -> None:
    page = signed_in(cast.ada).get(reverse("admin:accounts_agency_change", args=[cast.council.pk])).content.decode()

    assert "/auth/group/" not in page


def test_a_job_that_was_given_up_is_on_the_home_page_and_can_be_sent_again(cast: Cast) -> None:
    gone = {"given_up_at": NOW, "finished_at": NOW, "error": "RuntimeError", "attempts": 6}
    job = Job.objects.create(task="referrals.tasks.some_mail", created_at=NOW, due_at=NOW, **gone)
    Job.objects.create(task="referrals.tasks.done", created_at=NOW, due_at=NOW, finished_at=NOW)
    browser, address = signed_in(cast.ada), reverse("admin:jobs_job_changelist")
    home = browser.get("/").content.decode()
    assert "job that was given up" in home
    assert address in home
    assert "given up" not in signed_in(cast.sam).get("/").content.decode()
    assert [row.pk for row in browser.get(address).context["cl"].result_list] == [job.pk]

    browser.post(address, {"action": "send_again", "_selected_action": [str(job.pk)]})

    job.refresh_from_db()
    assert (job.given_up_at, job.finished_at, job.attempts) == (None, None, 0)
    assert recorded() == [("job.sent_again", str(cast.ada.pk))]


def test_it_stands_in_the_navigation_of_the_service_with_the_pages_beside_it(cast: Cast) -> None:
    page = signed_in(cast.ada).get(reverse("admin:accounts_user_changelist")).content.decode()
    header = page.partition('id="content-start"')[0]

    assert f'href="{reverse("access_review")}"' in header
    assert f'href="{reverse("partners:walk_ins")}"' in header
    assert f'href="{reverse("home")}"' in header
    assert f'href="{reverse("admin:index")}" aria-current="true"' in header


def test_a_window_beside_a_form_has_no_navigation(cast: Cast) -> None:
    page = signed_in(cast.ada).get(reverse("admin:accounts_user_changelist"), {"_popup": 1}).content.decode()

    assert "app-admin-navigation" not in page
