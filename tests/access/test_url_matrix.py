"""Who is answered what, at every address: an address without a row fails.

The objects in the addresses are blue's; the stranger is red's staff, whose own world is populated.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from django.contrib import admin
from django.test import Client as Browser
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from clients.models import Heartbeat, Installation, User
from keys.models import Key
from phones.models import Phone
from provisioning.models import PublishedDocument
from tests.access.conftest import ROLES, SITE, everything

REFERENCE = "10100"
MAC = "00041300B10E"
JOB = "4711"
LINE, MODEL = "0970719002", "snom-d765"  # Bob's
LOGIN = "/extranet/?next="
Answers = dict[str, int]


def all_get(status: int) -> Answers:
    return dict.fromkeys(ROLES, status)


def logged_in(status: int, *, stranger: int | None = None) -> Answers:
    """Nobody goes to the login; whoever is logged in gets `status`, the stranger maybe something
    else.
    """
    theirs = status if stranger is None else stranger
    # Who has a line uses the portal: the extranet does not exist.
    return all_get(status) | {
        "anonymous": 302,
        "stranger": theirs,
        "end_user": 404,
        "administrator": 404,
    }


def portal(status: int) -> Answers:
    """Of who has a line; the extranet's people have no page here."""
    return all_get(404) | {"anonymous": 302, "end_user": status, "administrator": status}


def group(status: int) -> Answers:
    """Of who administers the group: its administrator, its reseller, the operator."""
    return all_get(status) | {"anonymous": 302, "stranger": 404, "end_user": 404}


@dataclass(frozen=True)
class Row:
    """What each role is answered at one address, by GET and by an empty POST."""

    get: Answers
    post: Answers
    args: list[str] = field(default_factory=list)
    put: int = 405


HIDDEN = logged_in(200, stranger=404)
ACT = logged_in(302, stranger=404)
ASKS = logged_in(200, stranger=404)  # a page that asks first
NOT_ALLOWED = logged_in(405)
OPERATORS_OBJECT = logged_in(403, stranger=404) | {"operator": 200}
OPERATORS = logged_in(403) | {"operator": 200}

MATRIX = {
    "portal:home": Row(
        all_get(302) | {"end_user": 200, "administrator": 200},
        all_get(302) | {"end_user": 405, "administrator": 405},
    ),
    "portal:login": Row(all_get(302) | {"anonymous": 200}, all_get(302) | {"anonymous": 200}),
    "portal:logout": Row(all_get(405), all_get(302)),
    "portal:contacts": Row(portal(200), portal(405)),
    "portal:settings": Row(portal(200), portal(405)),
    "portal:password": Row(portal(200), portal(200)),
    "portal:key-phones": Row(portal(200), portal(405)),
    "portal:key-editor": Row(portal(200), portal(302), [MODEL]),
    "portal:key-editor-people": Row(portal(200), portal(405), [MODEL]),
    "bg:home": Row(all_get(302), all_get(405)),
    "bg:line-list": Row(group(200), group(405), [REFERENCE]),
    "bg:access-give": Row(group(200), group(200), [REFERENCE, LINE]),
    "bg:key-phones": Row(group(200), group(405), [REFERENCE, LINE]),
    "bg:key-editor": Row(group(200), group(302), [REFERENCE, LINE, MODEL]),
    "bg:key-editor-people": Row(group(200), group(405), [REFERENCE, LINE, MODEL]),
    "bg:key-profiles": Row(group(200), group(405), [REFERENCE]),
    "bg:client-keys": Row(group(200), group(302), [REFERENCE, MODEL]),
    "bg:client-keys-people": Row(group(200), group(405), [REFERENCE, MODEL]),
    "bg:site-keys": Row(group(200), group(302), [REFERENCE, str(SITE), MODEL]),
    "bg:site-keys-people": Row(group(200), group(405), [REFERENCE, str(SITE), MODEL]),
    "extranet:operator-profiles": Row(OPERATORS, OPERATORS | {"operator": 405}, put=403),
    "extranet:operator-keys": Row(OPERATORS, OPERATORS | {"operator": 302}, [MODEL], put=403),
    "extranet:operator-keys-people": Row(
        OPERATORS, OPERATORS | {"operator": 405}, [MODEL], put=403
    ),
    "extranet:login": Row(all_get(302) | {"anonymous": 200}, all_get(302) | {"anonymous": 200}),
    "extranet:logout": Row(all_get(405), all_get(302)),
    "extranet:theme-set": Row(all_get(405), all_get(302)),
    "extranet:my-account": Row(logged_in(200), logged_in(200)),
    "extranet:my-password": Row(logged_in(302), logged_in(200)),
    "extranet:search": Row(logged_in(200), NOT_ALLOWED),
    "extranet:todo-list": Row(logged_in(200), NOT_ALLOWED),
    "extranet:phone-bulk": Row(NOT_ALLOWED, logged_in(302)),
    "extranet:language-set": Row(all_get(405), all_get(302)),
    "extranet:client-list": Row(logged_in(200), NOT_ALLOWED),
    "extranet:client-detail": Row(HIDDEN, NOT_ALLOWED, [REFERENCE]),
    "extranet:client-suspend": Row(OPERATORS_OBJECT, OPERATORS_OBJECT, [REFERENCE]),
    "extranet:client-end": Row(OPERATORS_OBJECT, OPERATORS_OBJECT, [REFERENCE]),
    "extranet:client-reactivate": Row(
        NOT_ALLOWED, OPERATORS_OBJECT | {"operator": 302}, [REFERENCE]
    ),
    "extranet:account": Row(HIDDEN, NOT_ALLOWED, [REFERENCE]),
    "extranet:subscriber-bulk": Row(NOT_ALLOWED, ACT, [REFERENCE]),
    "extranet:phone-register": Row(HIDDEN, HIDDEN, [REFERENCE]),
    "extranet:phone-register-many": Row(HIDDEN, HIDDEN, [REFERENCE]),
    "extranet:client-export": Row(logged_in(200), NOT_ALLOWED),
    "extranet:user-export": Row(HIDDEN, NOT_ALLOWED, [REFERENCE]),
    "extranet:todo-export": Row(logged_in(200), NOT_ALLOWED),
    "extranet:phone-export": Row(HIDDEN, NOT_ALLOWED, [REFERENCE]),
    "extranet:import": Row(HIDDEN, HIDDEN, [REFERENCE]),
    "extranet:import-model": Row(HIDDEN, NOT_ALLOWED, [REFERENCE]),
    "extranet:import-apply": Row(NOT_ALLOWED, ACT, [JOB]),
    "extranet:job-list": Row(logged_in(200), NOT_ALLOWED),
    "extranet:job-export": Row(logged_in(200), NOT_ALLOWED),
    "extranet:job-detail": Row(HIDDEN, NOT_ALLOWED, [JOB]),
    "extranet:job-stop": Row(NOT_ALLOWED, ACT, [JOB]),
    # Of an import alone, which the job of this row is not.
    "extranet:import-wrong-rows": Row(logged_in(404, stranger=404), NOT_ALLOWED, [JOB]),
    "extranet:job-report": Row(HIDDEN, NOT_ALLOWED, [JOB]),
    "extranet:phone-detail": Row(HIDDEN, HIDDEN, [MAC]),
    "extranet:phone-document": Row(HIDDEN, NOT_ALLOWED, [MAC]),
    # Of a model that nobody knows yet there is no document: its page says so.
    "extranet:phone-document-file": Row(ACT, NOT_ALLOWED, [MAC]),
    "extranet:phone-trace": Row(HIDDEN | {"owner": 403, "colleague": 403}, NOT_ALLOWED, [MAC]),
    "extranet:phone-change": Row(HIDDEN, HIDDEN, [MAC]),
    "extranet:phone-open": Row(NOT_ALLOWED, ACT, [MAC]),
    "extranet:phone-close": Row(NOT_ALLOWED, ASKS, [MAC]),
    "extranet:phone-take-model": Row(NOT_ALLOWED, ACT, [MAC]),
    "extranet:phone-renew": Row(NOT_ALLOWED, ACT, [MAC]),
    "extranet:phone-double-seen": Row(NOT_ALLOWED, ACT, [MAC]),
    "extranet:phone-dismiss": Row(NOT_ALLOWED, ACT, [MAC]),
    "extranet:phone-knock-seen": Row(NOT_ALLOWED, ACT, [MAC]),
    "extranet:phone-release": Row(NOT_ALLOWED, ASKS | {"owner": 403, "colleague": 403}, [MAC]),
    "extranet:phone-delete": Row(NOT_ALLOWED, ACT, [MAC]),
    # A login is worth nothing here: without a phone's User-Agent, the one refusal of all phones.
    "provisioning:config": Row(all_get(401), all_get(405), [f"{MAC}.xml"]),
    # Asked from loopback, as here, these know no login; tests/provisioning/test_operating.py asks
    # from elsewhere.
    "styleguide": Row(all_get(200), all_get(405)),
    "healthz": Row(all_get(200), all_get(405)),
    "readyz": Row(all_get(503), all_get(405)),  # no worker has ever lived in the suite
    "metrics": Row(all_get(200), all_get(405)),
}
BEFORE_SESSIONS = {"provisioning:config", "healthz", "readyz", "metrics"}
CASES = [(name, role) for name in MATRIX for role in ROLES]


def url_names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from url_names(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"


def address(name: str) -> str:
    return reverse(name, args=MATRIX[name].args)


def test_every_address_has_a_row() -> None:
    names = {name for name in url_names(get_resolver()) if not name.startswith("admin:")}

    assert names == set(MATRIX)


@pytest.mark.parametrize(("name", "role"), CASES)
def test_get_is_answered_as_the_matrix_says(
    name: str, role: str, browsers: dict[str, Browser]
) -> None:
    before = everything()

    response = browsers[role].get(address(name))

    assert response.status_code == MATRIX[name].get[role]
    assert everything() == before
    if role == "anonymous" and name.startswith("extranet:") and response.status_code == 302:
        assert response["Location"] == LOGIN + address(name)


@pytest.mark.parametrize(("name", "role"), CASES)
def test_post_is_answered_as_the_matrix_says(
    name: str, role: str, browsers: dict[str, Browser]
) -> None:
    before = everything()

    response = browsers[role].post(address(name))

    assert response.status_code == MATRIX[name].post[role]
    if role in ("anonymous", "stranger"):
        assert everything() == before


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
@pytest.mark.parametrize("name", MATRIX)
def test_no_other_method_is_allowed(name: str, method: str, browsers: dict[str, Browser]) -> None:
    role = "administrator" if name.startswith(("portal:", "bg:")) else "owner"
    if name.endswith(":login"):
        role = "anonymous"

    assert getattr(browsers[role], method)(address(name)).status_code == MATRIX[name].put


@pytest.mark.parametrize("name", [name for name in MATRIX if name not in BEFORE_SESSIONS])
def test_post_without_its_token_is_refused(name: str, worlds: None, blue_staff: User) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(blue_staff, backend="django.contrib.auth.backends.ModelBackend")
    before = everything()

    assert browser.post(address(name)).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("name", [name for name, row in MATRIX.items() if row.args == [REFERENCE]])
def test_a_client_that_does_not_exist_looks_like_a_strangers(
    name: str, browsers: dict[str, Browser]
) -> None:
    foreign = browsers["stranger"].post(address(name))
    missing = browsers["stranger"].post(reverse(name, args=["99999"]))

    assert (foreign.status_code, missing.status_code) in [(404, 404), (405, 405)]
    if foreign.status_code == 404:
        assert visible(foreign.content) == visible(missing.content)


@pytest.mark.parametrize("name", [name for name, row in MATRIX.items() if row.args == [MAC]])
def test_a_phone_that_does_not_exist_looks_like_a_strangers(
    name: str, browsers: dict[str, Browser]
) -> None:
    foreign = browsers["stranger"].post(address(name))
    missing = browsers["stranger"].post(reverse(name, args=["00041300FFFF"]))

    assert (foreign.status_code, missing.status_code) in [(404, 404), (405, 405)]
    if foreign.status_code == 404:
        assert visible(foreign.content) == visible(missing.content)


@pytest.mark.parametrize("name", [name for name, row in MATRIX.items() if row.args == [JOB]])
def test_a_job_that_does_not_exist_looks_like_a_strangers(
    name: str, browsers: dict[str, Browser]
) -> None:
    method = "get" if MATRIX[name].post == NOT_ALLOWED else "post"
    foreign = getattr(browsers["stranger"], method)(address(name))
    missing = getattr(browsers["stranger"], method)(reverse(name, args=["99999"]))

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert visible(foreign.content) == visible(missing.content)


def visible(page: bytes) -> list[bytes]:
    """A page without what differs each time: correlator and token."""
    changing = (b"csrfmiddlewaretoken", b"orrelat", b"mc-code", b'name="next"')
    # correlator, moment and the address itself
    page = re.sub(rb"<pre.*?</pre>", b"", page, flags=re.S)
    return [line for line in page.splitlines() if not any(mark in line for mark in changing)]


# --- The operator's admin: one rule for the whole of it -------------------------------------------


def admin_addresses() -> Iterator[str]:
    yield reverse("admin:index")
    yield reverse("admin:password_change")
    yield reverse("admin:jsi18n")
    yield reverse("admin:app_list", args=["clients"])
    yield reverse("admin:autocomplete") + "?app_label=clients&model_name=site&field_name=client"
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.first()
        yield reverse(f"{base}_changelist")
        with suppress(NoReverseMatch):  # the lists of libraries are no files
            yield reverse(f"{base}_export")
        yield reverse(f"{base}_add")
        if row is not None:
            for page in ("change", "history", "delete"):
                yield reverse(f"{base}_{page}", args=[row.pk])


def test_admin_shows_nobody_but_the_operator_a_page(browsers: dict[str, Browser]) -> None:
    for role in ("anonymous", "stranger", "owner", "end_user", "administrator"):
        shown = [url for url in admin_addresses() if browsers[role].get(url).status_code == 200]
        changed = [url for url in admin_addresses() if browsers[role].post(url).status_code == 200]

        assert (role, shown, changed) == (role, [], [])


def test_admin_sends_nobody_to_the_login_and_a_reseller_nowhere(
    browsers: dict[str, Browser],
) -> None:
    anonymous = browsers["anonymous"].get("/admin/clients/client/", follow=True)
    reseller = browsers["owner"].get("/admin/clients/client/", follow=True)

    assert (anonymous.status_code, anonymous.request["PATH_INFO"]) == (200, "/extranet/")
    assert reseller.status_code == 403


def test_the_admins_own_login_sends_each_where_they_belong(browsers: dict[str, Browser]) -> None:
    anonymous = browsers["anonymous"].get("/admin/login/")
    operator = browsers["operator"].get("/admin/login/")

    assert anonymous["Location"] == LOGIN + "/admin/"
    assert operator["Location"] == "/admin/"
    assert browsers["owner"].get("/admin/login/").status_code == 403


@pytest.mark.parametrize("target", ["/extranet/", "/extranet/?next=/extranet/"])
def test_login_never_leads_back_to_itself(target: str, browsers: dict[str, Browser]) -> None:
    response = browsers["owner"].get("/extranet/", {"next": target})

    assert (response.status_code, response["Location"]) == (302, "/extranet/clients/")


def test_admin_opens_every_page_to_the_operator(browsers: dict[str, Browser], worlds: None) -> None:
    # 403: adding or deleting what is only looked at, or ends through a service.
    answers = {url: browsers["operator"].get(url).status_code for url in admin_addresses()}

    refused = {url for url, status in answers.items() if status == 403}
    assert answers.pop(reverse("admin:password_change")) == 302  # « Mon compte »
    assert set(answers.values()) == {200, 403}
    assert all(url.endswith(("/add/", "/delete/")) for url in refused)


def test_admin_registers_every_model_of_ours() -> None:
    from django.apps import apps

    ours = {
        model
        for app in ("clients", "phones", "keys", "provisioning")
        for model in apps.get_app_config(app).get_models()
    }

    # Written and read by the platform for itself, or seen with its profile.
    assert (
        ours - set(admin.site._registry) - {Heartbeat, Installation, Key, PublishedDocument}
        == set()
    )


# --- Sessions -------------------------------------------------------------------------------------


def test_the_session_of_a_login_made_inactive_ends(
    browsers: dict[str, Browser], blue_staff: User
) -> None:
    blue_staff.is_active = False
    blue_staff.save()

    response = browsers["owner"].get("/extranet/clients/")

    assert response.status_code == 302
    assert response["Location"] == LOGIN + "/extranet/clients/"


def test_the_session_of_an_operator_made_inactive_ends_in_the_admin(
    browsers: dict[str, Browser], operator: User
) -> None:
    operator.is_active = False
    operator.save()

    assert browsers["operator"].get("/admin/").status_code == 302


def test_a_lower_case_mac_in_an_address_is_the_same_phone(
    browsers: dict[str, Browser], blue_phone: Phone
) -> None:
    response = browsers["owner"].get(f"/extranet/telephones/{MAC.lower()}/")

    assert response.status_code == 200
    assert response.context["phone"] == blue_phone
