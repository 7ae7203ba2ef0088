"""Every page worth looking at: each row of the matrix that shows one, and the pages in their other
states.

A new address brings its page here by its row in the matrix; a state (an error, a search without
result) is a line in STATES. Language, accessibility and keyboard are tested on all of them.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import models
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.enums import ClientStatus, SubscriberStatus
from clients.models import Client, Subscriber, User
from clients.services.audit import PLATFORM, Actor, record
from phones.models import Phone
from phones.services.duplicates import BUDGET_SPENT
from phones.services.window import open_window
from provisioning.models import UnknownCaller
from provisioning.queries import UNKNOWN_MACS
from tests.access.test_url_matrix import MAC, MATRIX, REFERENCE, address
from tests.factories.clients import ClientFactory, SubscriberFactory
from tests.factories.phones import AssignedPhoneFactory, PhoneFactory

EMPTY = "10199"  # a client without lines or phones
REFUSED, OVERDUE, OLD, UNASSIGNED = "000413000001", "000413000002", "000413000003", "000413000004"
RESET, OVERHEARD = "000413000005", "000413000006"  # in service, and refused as a stranger would be
# in service, and asked for from elsewhere
KNOCKED, KNOCKED_WITH_PROOF = (
    "000413000007",
    "000413000008",
)
LONG = (
    "Société des Établissements Dupont-Lajoie et Fils "
    "de Saint-Rémy-en-Bouzemont-Saint-Genest-et-Isson"
)


@dataclass(frozen=True)
class Scene:
    """One page as one role sees it, by GET or by a posted form that comes back."""

    name: str
    path: str
    role: str = "owner"
    post: dict[str, str] = field(default_factory=dict)
    status: int = 200

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"


def _client(name: str, reference: str = REFERENCE) -> str:
    return reverse(f"extranet:{name}", args=[reference])


def _phone(mac: str, name: str = "phone-detail") -> str:
    return reverse(f"extranet:{name}", args=[mac])


def rows() -> list[Scene]:
    """The pages of the matrix, as whoever may see them does."""
    return [
        Scene(name, address(name), role)
        for name, row in MATRIX.items()
        for role in _roles(name)
        if row.get[role] == 200
    ]


def _roles(name: str) -> tuple[str, ...]:
    """Who looks at a page: of the portal who has a line, under /bg/ who acts for them, else the
    extranet's people.
    """
    if name.startswith("portal:"):
        return ("anonymous", "end_user")
    return (
        ("administrator", "owner") if name.startswith("bg:") else ("anonymous", "owner", "operator")
    )


def states() -> list[Scene]:
    """The same pages with nothing in them, with nothing found, with errors; and
    those that say no.
    """
    register, many, change = (
        _client("phone-register"),
        _client("phone-register-many"),
        _phone(MAC, "phone-change"),
    )
    many_good = {"lines": "00041300AA01;0970719001;snom 710;Accueil\n00041300AA02"}
    many_bad = {"lines": f"000413;0970719001\n{MAC}\n00041300AA03;123;xyz"}
    return [
        Scene(
            "a wrong login",
            reverse("extranet:login"),
            "anonymous",
            {"username": "blue", "password": "x"},
        ),
        Scene("clients, none found", reverse("extranet:client-list") + "?q=zzz"),
        Scene("clients to deal with", reverse("extranet:client-list") + "?f=todo"),
        Scene("clients, none at all", reverse("extranet:client-list"), "newcomer"),
        Scene("an empty client", _client("client-detail", EMPTY)),
        Scene("an empty account", _client("account", EMPTY)),
        Scene("an account, nothing found", _client("account") + "?qu=zzz&qt=zzz"),
        Scene("registering, all wrong", register, post={"mac": "0004", "line": "1", "model": "x"}),
        Scene(
            "registering twice", register, post={"mac": MAC, "line": "0970719001", "model": "auto"}
        ),
        Scene(
            "registering another make",
            register,
            post={"mac": "001122334455", "line": "0970719001", "model": "auto"},
        ),
        Scene("several, previewed", many, post=many_good),
        Scene("several, wrong", many, post=many_bad),
        Scene(
            "changing, all wrong",
            change,
            post={"assigned": "on", "line": "1", "until": "2020-01-01T10:00", "model": "x"},
        ),
        Scene(
            "a question before a phone is cut off",
            _phone(RESET, "phone-open"),
            post={"next": _phone(RESET)},
        ),
        Scene(
            "ending a client, wrong reference",
            _client("client-end"),
            "operator",
            {"reference": "x", "seen": "x"},
        ),
        Scene(
            "suspending a client, changed since",
            _client("client-suspend"),
            "operator",
            {"seen": "x"},
        ),
        Scene("a client’s sheet, the operator’s", _client("client-detail"), "operator"),
        Scene("a refused phone", _phone(REFUSED)),
        Scene("a phone in service that may have been reset", _phone(RESET)),
        Scene("a phone in service that somebody requested from elsewhere", _phone(KNOCKED)),
        Scene("a phone whose credentials were used elsewhere", _phone(KNOCKED_WITH_PROOF)),
        Scene("what was requested from elsewhere", reverse("extranet:todo-list") + "?f=knocked"),
        Scene("a phone whose credentials were overheard", _phone(OVERHEARD)),
        Scene("an overdue phone", _phone(OVERDUE)),
        Scene("a phone whose firmware is too old", _phone(OLD)),
        Scene("a phone on no line", _phone(UNASSIGNED)),
        Scene("changing a phone on no line", _phone(UNASSIGNED, "phone-change")),
        Scene("an account, no such user", _client("account") + "?fu=phoneless&qu=alice"),
        Scene("a search everywhere", reverse("extranet:search") + "?q=0004"),
        Scene(
            "a search everywhere, the operator's", reverse("extranet:search") + "?q=e", "operator"
        ),
        Scene("a search everywhere, nothing found", reverse("extranet:search") + "?q=zzz"),
        Scene("jobs, none found", reverse("extranet:job-list") + "?q=zzz"),
        Scene("jobs, none in this case", reverse("extranet:job-list") + "?f=failed"),
        Scene("nothing to deal with", reverse("extranet:todo-list"), "newcomer"),
        Scene("to deal with, none found", reverse("extranet:todo-list") + "?q=zzz"),
        Scene(
            "to deal with at one client's",
            reverse("extranet:todo-list") + f"?client={REFERENCE}&f=refused",
        ),
        Scene(
            "one's account, wrong",
            reverse("extranet:my-account"),
            post={"language": "x", "theme": "x", "email": "x", "wants_summary": "on"},
        ),
        Scene(
            "one's account, no address",
            reverse("extranet:my-account"),
            post={"language": "fr", "theme": "auto", "wants_summary": "on"},
        ),
        Scene(
            "one's password, wrong",
            reverse("extranet:my-password"),
            post={"old_password": "x", "new_password1": "blue", "new_password2": "y"},
        ),
        Scene("contacts, nobody", reverse("portal:contacts") + "?q=zzz", "end_user"),
        Scene(
            "a portal login, wrong",
            reverse("portal:login"),
            "anonymous",
            {"username": "09", "password": "x"},
        ),
        Scene(
            "a portal password, wrong",
            reverse("portal:password"),
            "end_user",
            {"old_password": "x", "new_password1": "b", "new_password2": "y"},
        ),
        Scene("the home of who has a phone", reverse("portal:home"), "administrator"),
        Scene("the phones of who has one", reverse("portal:key-phones"), "administrator"),
        Scene("the lines of a group, nobody", reverse("bg:line-list", args=[REFERENCE]) + "?q=zzz"),
        Scene(
            "a key by itself",
            reverse("portal:key-editor", args=["snom-d765"]) + "?touche=side-1",
            "administrator",
        ),
        Scene(
            "a key, all wrong",
            reverse("portal:key-editor", args=["snom-710"]),
            "administrator",
            {
                "place": "side-5",
                "revision": "0",
                "function": "blf",
                "whom": "nobody",
                "label": "a|b",
            },
        ),
        Scene(
            "access given",
            reverse("bg:access-give", args=[REFERENCE, "0970719002"]),
            post={"x": "y"},
        ),
        Scene("no such page", "/extranet/nowhere/", status=404),
        Scene("not for resellers", "/admin/login/", status=403),
    ]


def scenes() -> list[Scene]:
    return rows() + states()


def show(browser: Browser, scene: Scene) -> HttpResponse:
    return browser.post(scene.path, scene.post) if scene.post else browser.get(scene.path)


def is_page(response: HttpResponse) -> bool:
    """Downloads and the like have no words in a page."""
    return response.headers["Content-Type"].startswith("text/html")


def populate(blue_client: Client, blue_staff: User, blue_phone: Phone) -> None:
    """Phones in every state, a locked line, a suspended one, names as long as life makes them."""
    now = timezone.now()
    hour = timedelta(hours=1)
    lines = [
        SubscriberFactory(client=blue_client, name=name, number=f"+33970719{number}", **values)
        for number, name, values in (
            (101, LONG, {"is_locked": True}),
            (102, "Utilisateur Full Meta Test - 1", {"status": SubscriberStatus.SUSPENDED}),
            (103, "Zoé", {}),
        )
    ]
    over = {"window_opened_at": now - 50 * hour, "authorized_until": now - 2 * hour}
    refused: dict[str, object] = {
        "refused_at": now,
        "refused_since": now - hour,
        "refused_count": 3,
    }
    AssignedPhoneFactory(
        mac=REFUSED, subscriber=lines[0], refused_reason="bad-credentials", **refused
    )
    served = {
        "authenticated_at": now - hour,
        "served_at": now - hour,
        "served_address": "198.51.100.7",
        "last_address": "198.51.100.7",
    }
    for mac, reason in ((RESET, "bad-credentials"), (OVERHEARD, "replayed")):
        AssignedPhoneFactory(
            mac=mac, subscriber=lines[2], refused_reason=reason, **refused | served
        )
    knocked = {name.replace("refused", "knocked"): value for name, value in refused.items()}
    knocked |= {"knocked_address": "2001:db8:1234:5678:9abc:def0:1234:5678"}
    for mac, reason in ((KNOCKED, "bad-credentials"), (KNOCKED_WITH_PROOF, "replayed")):
        AssignedPhoneFactory(
            mac=mac, subscriber=lines[2], knocked_reason=reason, **knocked | served
        )
    AssignedPhoneFactory(mac=OVERDUE, subscriber=lines[2], description=LONG, **over)
    refused |= {
        "detected_model": "snom-710",
        "firmware": "8.7.3.19",
        "refused_reason": "firmware-too-old",
    }
    AssignedPhoneFactory(mac=OLD, subscriber=lines[2], **refused)
    PhoneFactory(mac=UNASSIGNED, client=blue_client)
    refused["refused_reason"] = "unassigned"
    PhoneFactory(client=blue_client, **refused)
    AssignedPhoneFactory(
        subscriber=lines[2],
        model="snom-720",
        detected_model="snom-715",
        detected_token="snom715",
        authenticated_at=now,
        doubled_at=now,
        window_address="198.51.100.7",
        doubled_with="203.0.113.80",
    )
    _tell_the_operator(blue_client, now)
    ClientFactory(
        reference=EMPTY,
        reseller=blue_client.reseller,
        legal_name=LONG,
        status=ClientStatus.SUSPENDED,
    )
    open_window(blue_phone, actor=Actor(blue_staff))


def _tell_the_operator(client: Client, now: datetime) -> None:
    """A MAC nobody ever used, a flood of unknown ones, a budget of guesses that is spent."""
    squatted = PhoneFactory(client=client)
    Phone.unscoped.filter(pk=squatted.pk).update(created_at=now - timedelta(days=90))
    hour = now.replace(minute=0, second=0, microsecond=0)
    caller = UnknownCaller.objects.create(address="203.0.113.9", hour=hour, count=412)
    record(UNKNOWN_MACS, caller, actor=PLATFORM, after={"address": caller.address})
    record(BUDGET_SPENT, client.reseller, actor=PLATFORM)


def stored_words() -> set[str]:
    """Every text of a person in the database: names are in no language."""
    from django.apps import apps

    found: set[str] = {Subscriber._meta.label}
    for app in ("clients", "phones", "keys", "provisioning"):
        for model in apps.get_app_config(app).get_models():
            names = [
                f.attname
                for f in model._meta.concrete_fields
                if isinstance(f, models.CharField | models.TextField)
            ]
            for row in model._default_manager.values_list(*names) if names else ():
                found |= {text for text in row if isinstance(text, str) and len(text) > 2}
    return found
