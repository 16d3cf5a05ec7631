"""Data for our scripts, in an attribute: nothing stands in a script element of a page."""

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """JSON, which the template escapes like any other text of an attribute."""
    return json.dumps(value, cls=DjangoJSONEncoder)
