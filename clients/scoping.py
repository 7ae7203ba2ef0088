"""The tenancy law: who is asking decides which rows exist.

A Scope is computed once per request from the login; every query of tenant data goes through
`.within(scope)`. `.objects` without it raises; `.unscoped` is for the few places listed in
tests/architecture/test_tenancy.py, each of which says why.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404

from clients.enums import Role

if TYPE_CHECKING:
    from clients.models import User

M = TypeVar("M", bound=models.Model)


class UnscopedQuery(Exception):
    """Tenant data was asked for without saying for whom."""


class Level(Enum):
    OPERATOR = "operator"
    RESELLER = "reseller"


@dataclass(frozen=True)
class Scope:
    """What one login may see: everything (operator), or one reseller's clients."""

    level: Level
    pk: int | None = None

    @property
    def is_operator(self) -> bool:
        return self.level is Level.OPERATOR


def scope_for(user: "User") -> Scope:
    """The scope of a login. Raises PermissionDenied for a login that has none."""
    if user.is_active and user.role == Role.OPERATOR:
        return Scope(Level.OPERATOR)
    if user.is_active and user.role == Role.RESELLER and user.reseller_id is not None:
        return Scope(Level.RESELLER, user.reseller_id)
    raise PermissionDenied


class ScopedManager(models.Manager[M]):
    """A manager that answers only once it is told who asks."""

    def get_queryset(self) -> NoReturn:
        raise UnscopedQuery(f"{self.model.__name__}.objects needs .within(scope)")

    def within(self, scope: Scope) -> models.QuerySet[M]:
        """The rows that exist for `scope`, along the model's own path to that level."""
        rows: models.QuerySet[M] = models.QuerySet(self.model, using=self._db)
        if scope.is_operator:
            return rows
        return rows.filter(**{self.model.scope_paths[scope.level.value]: scope.pk})  # type: ignore[attr-defined]


class TenantModel(models.Model):
    """A row that belongs to a tenant and says along which path."""

    scope_paths: ClassVar[dict[str, str]]

    # First, so that admin, uniqueness checks and related managers use it.
    unscoped: ClassVar[models.Manager[Any]] = models.Manager()
    objects: ClassVar[ScopedManager[Any]] = ScopedManager()

    class Meta:
        abstract = True


def scoped_or_404(model: type[M], scope: Scope, *related: str, **lookup: Any) -> M:
    """The one row within `scope`, or 404: what one may not see does not exist."""
    rows: models.QuerySet[M] = model.objects.within(scope)  # type: ignore[attr-defined]
    try:
        return rows.select_related(*related).get(**lookup) if related else rows.get(**lookup)
    except model.DoesNotExist:  # type: ignore[attr-defined]
        raise Http404 from None
