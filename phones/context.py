"""Context processor: the indicator of « À traiter » in the main menu."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from clients.models import User
from clients.scoping import scope_for
from phones.models import Phone
from phones.todo import Counts, causes_seen_by, count_by_cause


def todo(request: HttpRequest) -> dict[str, object]:
    """Count lazily: pages without the menu, error pages among them, run no query."""
    return {"todo": SimpleLazyObject(lambda: todo_counts(request))}


def todo_counts(request: HttpRequest) -> Counts:
    """The entries of « À traiter » for the logged-in user."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or user.is_subscriber:
        return Counts({})
    scope = scope_for(user)
    return count_by_cause(Phone.objects.within(scope), causes_seen_by(scope), timezone.now())
