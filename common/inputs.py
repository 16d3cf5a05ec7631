"""Inputs and text areas, written here as Django's own templates for them have it: a page of a form has dozens, and through a template
each costs as much as a question to the database."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

WIDGETS = "django/forms/widgets/"


def _attributes(widget: Mapping[str, Any]) -> SafeString:
    said = SafeString("")
    for name, value in widget["attrs"].items():
        if value is True:
            said += format_html(" {}", name)
        elif value is not False:
            said += format_html(' {}="{}"', name, str(value))
    return said


def _input(widget: Mapping[str, Any]) -> SafeString:
    value = format_html(' value="{}"', str(widget["value"])) if widget["value"] is not None else ""
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget))


def _textarea(widget: Mapping[str, Any]) -> SafeString:
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>', widget["name"], _attributes(widget), widget["value"] or ""
    )


WRITTEN: Mapping[str, Callable[[Mapping[str, Any]], SafeString]] = {
    f"{WIDGETS}textarea.html": _textarea,
    **{f"{WIDGETS}{kind}.html": _input for kind in ("email", "hidden", "input", "number", "text", "url")},
}
