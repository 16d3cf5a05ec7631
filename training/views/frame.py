"""What every page of training shows: the parts of training that this person uses."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from common.forms import GovukForm
from common.http import SignedInRequest
from training import permissions


@dataclass(frozen=True)
class Section:
    """One link of the sub-navigation."""

    title: str
    url: str
    is_current: bool


def sections(user: User, path: str) -> list[Section]:
    """The parts for this person; the one whose address this is, is current."""
    parts = [
        ("My training", "training:mine", permissions.can_keep_own_training(user)),
        (
            "Sign-offs",
            "training:sign_offs",
            permissions.can_sign_at_all(user) or permissions.can_run_training(user),
        ),
        ("People", "training:people", permissions.can_see_people(user)),
        ("Inductions", "training:inductions", permissions.can_read_inductions(user)),
        ("Matrix", "training:matrix", permissions.can_see_people(user)),
        ("Modules", "training:modules", permissions.can_run_training(user)),
        ("Profiles", "training:profiles", permissions.can_run_training(user)),
        ("Programmes", "training:programmes", permissions.can_run_training(user)),
        ("Sessions", "training:sessions", permissions.can_run_training(user)),
        ("Catch up", "training:catch_up", permissions.can_run_training(user)),
        ("Coverage", "training:coverage", permissions.can_see_coverage(user)),
        ("Catalogue", "training:catalogue", True),
        ("Champions", "training:champions", permissions.is_of_an_agency(user)),
        ("Supervision", "training:supervision", permissions.is_of_an_agency(user)),
        ("Surveys", "training:surveys", permissions.is_of_an_agency(user)),
    ]
    return [Section(title, url, path == url) for title, name, is_open in parts if is_open for url in (reverse(name),)]


def show(request: SignedInRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of training with its sub-navigation."""
    return render(
        request, f"training/{template}", context | {"sections": sections(request.user, request.path)}, status=status
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
) -> HttpResponse:
    """A page that is one form and one button, or a button alone. `back` is the page to which one returns, `back_to` its key."""
    context = {
        "form": form,
        "title": title,
        "button": button,
        "back": reverse(back, args=[back_to] if back_to else []),
        "caption": caption,
        "words": words,
    }
    return show(request, "one_form.html", context, status=422 if form is not None and form.errors else 200)
