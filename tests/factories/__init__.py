"""Factories with no surprises: each makes one valid row and what it cannot do without."""

from typing import Any, TypeVar

from factory.django import DjangoModelFactory

T = TypeVar("T")


class RowFactory(DjangoModelFactory[T]):
    """Rows are made through the default manager: `.objects` of tenant data wants a scope."""

    @classmethod
    def _get_manager(cls, model_class: Any) -> Any:
        return model_class._default_manager
