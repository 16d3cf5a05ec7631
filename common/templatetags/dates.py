"""Dates and times as people read them: 20 November 2026, 9:32am, on the clock in London."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import template

register = template.Library()
LONDON = ZoneInfo("Europe/London")


@register.filter
def day(value: date | datetime | None) -> str:
    """20 November 2026; nothing for None."""
    if value is None:
        return ""
    local = value.astimezone(LONDON) if isinstance(value, datetime) else value
    return f"{local.day} {local:%B %Y}"


@register.filter
def moment(value: datetime | None) -> str:
    """20 November 2026, 9:32am; nothing for None."""
    if value is None:
        return ""
    local = value.astimezone(LONDON)
    return f"{day(local)}, {local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


@register.filter
def duration(value: timedelta | None) -> str:
    """3 hours 20 minutes, whatever the sign: `before_or_after` says it."""
    if value is None:
        return ""
    minutes = abs(int(value.total_seconds())) // 60
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} hour{'s' if hours != 1 else ''}"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} minute{'s' if rest != 1 else ''}")
    return " ".join(parts)


@register.filter
def before_or_after(value: timedelta | None, event: str) -> str:
    """ "2 hours before the report" for minus two hours and "the report"; nothing for None."""
    if value is None:
        return ""
    return f"{duration(value)} {'before' if value < timedelta() else 'after'} {event}"
