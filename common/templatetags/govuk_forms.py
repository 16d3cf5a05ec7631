"""How one field becomes GOV.UK markup."""

from django import forms, template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.forms import DatePartsWidget, MomentPartsWidget, WordCountTextarea

register = template.Library()
GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple, DatePartsWidget)


@register.filter
def is_group(field: forms.BoundField) -> bool:
    """Whether the field is several inputs under one legend."""
    return isinstance(field.field.widget, GROUPS)


@register.filter
def is_date(field: forms.BoundField) -> bool:
    """Whether the field is a date in parts."""
    return isinstance(field.field.widget, DatePartsWidget)


@register.filter
def is_single_checkbox(field: forms.BoundField) -> bool:
    """Whether the field is one box to tick."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def most_words(field: forms.BoundField) -> int | None:
    """How many words the field takes, where they are counted."""
    widget = field.field.widget
    return widget.words if isinstance(widget, WordCountTextarea) else None


@register.filter
def part_name(index: int) -> str:
    """The label of a part of a date."""
    return MomentPartsWidget.parts[index]


def descriptions(field: forms.BoundField) -> str:
    """Ids of the hint and the error of a field, for aria-describedby."""
    ids = []
    if field.help_text:
        ids.append(f"{field.auto_id}-hint")
    if field.errors:
        ids.append(f"{field.auto_id}-error")
    if most_words(field):
        ids.append(f"{field.auto_id}-info")
    return " ".join(ids)


@register.simple_tag
def described_by(field: forms.BoundField) -> SafeString | str:
    """The aria-describedby attribute of a fieldset, when there is something to point at."""
    ids = descriptions(field)
    return format_html(' aria-describedby="{}"', ids) if ids else ""


@register.simple_tag
def govuk_widget(field: forms.BoundField, css: str) -> SafeString:
    """The field's input with its error class and descriptions."""
    classes = " ".join(filter(None, [field.field.widget.attrs.get("class", ""), css]))
    if field.errors and "govuk-checkboxes" not in classes:
        base = classes.split(" ")[0]
        classes = f"{classes} {base}--error" if base else classes
    attributes: dict[str, str | bool] = {"class": classes}
    if ids := descriptions(field):
        attributes["aria-describedby"] = ids
    return field.as_widget(attrs=attributes)
