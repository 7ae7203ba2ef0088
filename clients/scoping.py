"""Tenancy: the login decides which rows exist.

A Scope is computed once per request from the login; every query of tenant data goes through
`.within(scope)`. `.objects` without it raises; `.unscoped` is for the few places listed in
tests/architecture/test_tenancy.py, each of which says why.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404

from clients.enums import ClientStatus, Role

if TYPE_CHECKING:
    from clients.models import Subscriber, User

M = TypeVar("M", bound=models.Model)


class UnscopedQuery(Exception):
    """Tenant data was queried without a scope."""


class ScopeLevel(Enum):
    OPERATOR = "operator"
    RESELLER = "reseller"
    CLIENT = "client"
    SITE = "site"
    SUBSCRIBER = "subscriber"


@dataclass(frozen=True)
class Scope:
    """What a login may see: everything (operator), one reseller's clients, one client, a branch of
    its sites, or one line. `pk` is that of the level's row. For a branch it is the root's, and
    `sites` lists all its sites.
    """

    level: ScopeLevel
    pk: int | None = None
    sites: tuple[int, ...] = ()

    @property
    def is_operator(self) -> bool:
        return self.level is ScopeLevel.OPERATOR


def scope_for(user: "User") -> Scope:
    """The scope of a login. Raises PermissionDenied for a login that has none."""
    if user.is_active and user.role == Role.OPERATOR:
        return Scope(ScopeLevel.OPERATOR)
    if user.is_active and user.role == Role.RESELLER and user.reseller_id is not None:
        return Scope(ScopeLevel.RESELLER, user.reseller_id)
    if user.is_active and user.role == Role.SUBSCRIBER and user.subscriber is not None:
        return _scope_of_line(user.subscriber)
    raise PermissionDenied


def _scope_of_line(line: "Subscriber") -> Scope:
    """The scope of a line's login. Raises PermissionDenied for a locked account or a terminated
    client.
    """
    if line.is_locked or line.client.status == ClientStatus.TERMINATED:
        raise PermissionDenied
    if not line.is_administrator:
        return Scope(ScopeLevel.SUBSCRIBER, line.pk)
    if line.administered_site_id is None:
        return Scope(ScopeLevel.CLIENT, line.client_id)
    parents = dict(line.client.sites.values_list("pk", "parent_id"))
    return Scope(
        ScopeLevel.SITE, line.administered_site_id, branch_of(parents, line.administered_site_id)
    )


def branch_of(parents: Mapping[int, int | None], root: int) -> tuple[int, ...]:
    """A site and all sites below it, from a map of parents. Cycles are harmless."""
    children: defaultdict[int | None, list[int]] = defaultdict(list)
    for pk, parent in parents.items():
        children[parent].append(pk)
    found = [root]
    for pk in found:
        found += [child for child in children[pk] if child not in found]
    return tuple(found)


class ScopedManager(models.Manager[M]):
    """A manager that returns rows only within a scope."""

    def get_queryset(self) -> NoReturn:
        raise UnscopedQuery(f"{self.model.__name__}.objects needs .within(scope)")

    def within(self, scope: Scope) -> models.QuerySet[M]:
        """The rows that exist for `scope`, along the model's own path to that level."""
        rows: models.QuerySet[M] = models.QuerySet(self.model, using=self._db)
        if scope.is_operator:
            return rows
        path = self.model.scope_paths.get(scope.level.value)  # type: ignore[attr-defined]
        if path is None:
            return rows.none()
        return rows.filter(path(scope) if callable(path) else models.Q(**{path: scope.pk}))


class TenantModel(models.Model):
    """A row that belongs to a tenant: `scope_paths` has a path or condition for each level. Other
    levels see no rows.
    """

    scope_paths: ClassVar[dict[str, "str | Callable[[Scope], models.Q]"]]

    # First, so that admin, uniqueness checks and related managers use it.
    unscoped: ClassVar[models.Manager[Any]] = models.Manager()
    objects: ClassVar[ScopedManager[Any]] = ScopedManager()

    class Meta:
        abstract = True


def scoped_or_404(model: type[M], scope: Scope, *related: str, **lookup: Any) -> M:
    """The one row within `scope`, or 404, as if rows outside it did not exist."""
    rows: models.QuerySet[M] = model.objects.within(scope)  # type: ignore[attr-defined]
    try:
        return rows.select_related(*related).get(**lookup) if related else rows.get(**lookup)
    except model.DoesNotExist:  # type: ignore[attr-defined]
        raise Http404 from None
