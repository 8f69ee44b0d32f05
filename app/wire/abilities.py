"""The abilities that can be called, and the inputs that each declares."""

from collections.abc import Mapping

from pydantic import AliasChoices, Field, OnErrorOmit, TypeAdapter

from app.core.abilities import Ability, InputField, Option, text_of
from app.wire.fields import Bool, Float, Id, Opaque, OptionalId, Text, WireModel, read


class FieldModel(WireModel):
    """One declared input."""

    name: str = Field(validation_alias=AliasChoices("name", "key", "id"))
    label: Text = None
    type: Text = None
    required: Bool = None
    default: Opaque = None
    placeholder: Text = None
    description: Text = None
    options: Opaque = None
    min: Float = None
    max: Float = None
    step: Float = None

    def field(self) -> InputField:
        """Return the field as the form needs it."""
        return InputField(
            name=self.name,
            label=self.label or self.name,
            type=(self.type or "text").lower(),
            required=bool(self.required),
            default=self.default,
            placeholder=self.placeholder,
            description=self.description,
            options=_options(self.options),
            minimum=self.min,
            maximum=self.max,
            step=self.step,
        )


class SchemaModel(WireModel):
    """``inputSchema``."""

    fields: list[OnErrorOmit[FieldModel]] = Field(default_factory=list)


class AbilityModel(WireModel):
    """One ability."""

    id: Id
    display_name: Text = None
    provider: Text = None
    category: Text = None
    capability_key: Text = None
    status: Text = None
    ability_type: Text = None
    executor_id: OptionalId = None
    description: Text = None
    requires_image: Bool = None
    input_schema: Opaque = None

    def ability(self) -> Ability:
        """Return the ability."""
        schema = self.input_schema if isinstance(self.input_schema, Mapping) else {}
        fields = schema.get("fields")
        declared = SchemaModel.model_validate({"fields": fields}).fields if isinstance(fields, list) else []
        return Ability(
            id=self.id,
            name=self.display_name or self.id,
            provider=self.provider,
            category=self.category,
            capability_key=self.capability_key,
            status=self.status,
            type=self.ability_type,
            executor_id=self.executor_id,
            description=self.description,
            requires_image=bool(self.requires_image),
            inputs=tuple(field.field() for field in declared),
        )


class AbilityListModel(WireModel):
    """All abilities."""

    items: list[OnErrorOmit[AbilityModel]]


_LIST: TypeAdapter[AbilityListModel] = TypeAdapter(AbilityListModel)


def _options(value: object) -> tuple[Option, ...]:
    if not isinstance(value, list):
        return ()
    options: list[Option] = []
    for item in value:
        if isinstance(item, Mapping):
            chosen = item.get("value", item.get("id"))
            if chosen is not None:
                options.append(Option(chosen, text_of(item.get("label") or chosen)))
        elif item is not None:
            options.append(Option(item, text_of(item)))
    return tuple(options)


def read_abilities(text: str) -> tuple[Ability, ...]:
    """Return the abilities the server offers."""
    return tuple(item.ability() for item in read(_LIST, text).items)
