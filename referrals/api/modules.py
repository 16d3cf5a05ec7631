"""The answers by type of concern over the API: a shape for each model, made from it."""

from typing import Any

from rest_framework import serializers

from referrals.models import MODULES, Module, Referral, modules_of


def _shape_of(model: type[Module]) -> type[serializers.ModelSerializer[Any]]:
    meta = type("Meta", (), {"model": model, "exclude": ["referral"]})
    return type(f"{model.__name__}Serializer", (serializers.ModelSerializer,), {"Meta": meta, "__doc__": model.title})


SHAPES = {concern: _shape_of(model) for concern, model in MODULES.items()}


class ModulesSerializer(serializers.Serializer[Any]):
    """For each type that is ticked its own answers, under the name of the type in lower case."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {concern.lower(): shape(required=False) for concern, shape in SHAPES.items()}


def modules_in_shape(referral: Referral) -> dict[str, Any]:
    """The answers of each type that is ticked."""
    return {module.concern.lower(): SHAPES[module.concern](module).data for module in modules_of(referral)}
