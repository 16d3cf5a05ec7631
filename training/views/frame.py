"""What every page of training shows: the parts of training that this person uses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import User
from common.errors import DomainError
from common.forms import GovukForm
from common.http import SignedInRequest
from training import permissions


@dataclass(frozen=True)
class Link:
    """One link of the sub-navigation. `is_current`: it is this page; `is_around`: this page lies under it."""

    title: str
    url: str
    is_current: bool
    is_around: bool = False


@dataclass(frozen=True)
class Parts:
    """The parts of training that a person uses, and the pages of the part in which they are (none where it has one page)."""

    parts: list[Link]
    pages: list[Link]
    part: str = ""


def _pages_of(user: User) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Each part with its pages: title, address by name, and whether this person may open it."""
    may_run, may_see_people = permissions.can_run_training(user), permissions.can_see_people(user)
    keeps_own, sees_exercises = permissions.keeps_training_and_sees_exercises(user)
    is_staff = permissions.is_of_an_agency(user)
    return [
        (
            "My training",
            [
                ("My training", "training:mine", keeps_own),
                ("Knowledge tests", "training:knowledge", is_staff),
                ("Catalogue", "training:catalogue", True),
            ],
        ),
        (
            "Sign-offs",
            [
                ("Sign-offs", "training:sign_offs", permissions.can_sign_at_all(user) or may_run),
                ("Inductions", "training:inductions", permissions.can_read_inductions(user)),
                ("Outcomes from files", "training:outcome_imports", may_run),
            ],
        ),
        (
            "People",
            [
                ("People", "training:people", may_see_people),
                ("Matrix", "training:matrix", may_see_people),
                ("Readiness", "training:readiness", may_see_people),
                ("Forecast", "training:forecast", permissions.can_see_forecast(user)),
            ],
        ),
        ("Modules", [("Modules", "training:modules", may_run), ("Profiles", "training:profiles", may_run)]),
        (
            "Programmes",
            [
                ("Programmes", "training:programmes", may_run),
                ("Sessions", "training:sessions", may_run),
                ("Catch up", "training:catch_up", may_run),
                ("Coverage", "training:coverage", permissions.can_see_coverage(user)),
            ],
        ),
        ("Exercises", [("Exercises", "training:exercises", sees_exercises)]),
        (
            "Support",
            [
                ("Champions", "training:champions", is_staff),
                ("Supervision", "training:supervision", is_staff),
                ("Surveys", "training:surveys", is_staff),
            ],
        ),
    ]


def parts_for(user: User, path: str) -> Parts:
    """The parts for this person; current is the one under whose pages this address lies, the longest first."""
    parts, below, current = [], [], ""
    listed = [
        (title, [(page, reverse(name)) for page, name, is_open in pages if is_open]) for title, pages in _pages_of(user)
    ]
    mine = reverse("training:mine")
    # Every page of training lies under the address of My training, which is around itself alone.
    around = [url for _, pages in listed for _, url in pages if path == url or (url != mine and path.startswith(url))]
    here = max(around, key=len, default="")
    for title, pages in listed:
        if not pages:
            continue
        is_here = any(url == here for _, url in pages)
        name = pages[0][0] if len(pages) == 1 else title
        parts.append(Link(name, pages[0][1], is_current=path == pages[0][1], is_around=is_here))
        if is_here and len(pages) > 1:
            below = [Link(page, url, is_current=path == url, is_around=url == here) for page, url in pages]
            current = title
    return Parts(parts, below, current)


def show(request: SignedInRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of training with its sub-navigation."""
    return render(
        request, f"training/{template}", context | {"training": parts_for(request.user, request.path)}, status=status
    )


def show_form(
    request: SignedInRequest,
    form: GovukForm | None,
    title: str,
    *,
    button: str,
    back: str,
    back_to: Any = None,
    caption: str = "",
    words: str = "",
    hidden: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A page that is one form and one button, or a button alone. `back` is the page to which one returns, `back_to` its key.

    `hidden` is sent along with the button.
    """
    context = {
        "form": form,
        "title": title,
        "button": button,
        "back": reverse(back, args=[back_to] if back_to else []),
        "caption": caption,
        "words": words,
        "hidden": hidden or {},
    }
    return show(request, "one_form.html", context, status=422 if form is not None and form.errors else 200)


def confirm(
    request: SignedInRequest,
    deed: Callable[[], Any],
    title: str,
    *,
    button: str,
    done: str,
    back: str,
    back_to: Any = None,
    form: GovukForm | None = None,
    caption: str = "",
    words: str = "",
    hidden: Mapping[str, str] | None = None,
    leads_on: bool = False,
    fields: Mapping[type[DomainError], str] | None = None,
) -> HttpResponse:
    """Say what is about to be done, with a form or without; once it is sent do it, say so, and go back.

    What is refused stands in the form, where there is one, with what was typed: beside the field that `fields` names for it,
    else above. `leads_on`: to what the deed gave instead.
    """
    if request.method == "POST" and (form is None or form.is_valid()):
        whither: Any = reverse(back, args=[back_to] if back_to else [])
        try:
            made = deed()
            messages.success(request, done)
            return redirect(made if leads_on else whither)
        except DomainError as error:
            if form is None:
                messages.error(request, str(error))
                return redirect(whither)
            form.add_error(_field_of(error, form, fields or {}), str(error))
    return show_form(
        request,
        form,
        title,
        button=button,
        back=back,
        back_to=back_to,
        caption=caption,
        words=words,
        hidden=hidden,
    )


def _field_of(error: DomainError, form: GovukForm, fields: Mapping[type[DomainError], str]) -> str | None:
    found = next((name for kind, name in fields.items() if isinstance(error, kind)), None)
    return found if found in form.fields else None
