"""What every part of the REST API shares: reading JSON with suspicion, lists by cursor, errors in the schema.

REST framework reads this from its settings, so it cannot import REST framework's views.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.pagination import BasePagination
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from common.paging import KeysetPage, keyset_page

PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457). Nothing was changed.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {}, "description": "What is wrong with each field"},
    },
    "required": ["type", "title", "status"],
}
# Which errors each method may answer with, beside those that are the operation's own.
ERRORS_OF = {
    "get": {"400": "Some values are not right", "404": "Not found, or not yours to see"},
    "post": {
        "400": "Some values are not right",
        "404": "Not found, or not yours to see",
        "409": "A rule does not allow it; the detail says which",
        "413": "The body is too large",
        "415": "The body is not JSON",
        "422": "The Idempotency-Key was used for another request",
    },
}
ERRORS_OF_ALL = {"401": "No valid token", "403": "Not allowed, by role or by scope", "429": "Too many requests"}


class SuspiciousJsonParser(JSONParser):
    """JSON, of which what is nested without end is refused and not a fault of ours."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("JSON parse error - nested too deeply") from error


class KeysetPagination(BasePagination):
    """Lists page by page at the same cost for each; `order` as for common.paging.keyset_page."""

    order: Sequence[str] = ()
    page_size = 100
    page: KeysetPage[Any]
    url: str

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.page = keyset_page(
            queryset, order=self.order, cursor=request.query_params.get("cursor"), size=self.page_size
        )
        self.url = request.build_absolute_uri()
        return self.page.items

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "next": self._address(self.page.next_cursor),
                "previous": self._address(self.page.previous_cursor),
                "results": data,
            }
        )

    def _address(self, cursor: str | None) -> str | None:
        return replace_query_param(self.url, "cursor", cursor) if cursor else None

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "required": False,
                "in": "query",
                "description": "From `next` or `previous` of another page; anything else leads to the first page.",
                "schema": {"type": "string"},
            }
        ]


def describe_problems(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Put the errors that every operation may answer with into the OpenAPI schema."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            for status, description in (ERRORS_OF_ALL | ERRORS_OF.get(method, {})).items():
                operation["responses"].setdefault(status, {"description": description, "content": content})
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return result
