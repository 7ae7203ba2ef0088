"""Secrets that can be recognised are planted everywhere, everything is done once, and nothing may
show them.

Not in a response (but the configuration itself), not in a log record of any logger at its most
talkative, not in a session, message, audit event or any other row, not in the bytes of the
database.
"""

import contextlib
import logging
import re
from collections.abc import Callable, Iterator
from io import StringIO
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.contrib import admin
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.urls import NoReverseMatch, reverse

from clients.models import Subscriber, User
from clients.services.audit import PLATFORM
from clients.services.logins import create_login
from metacentrex.logs import LineFormatter
from phones.credentials import admin_pin, http_credentials, web_password
from phones.models import Phone, SipCredential
from phones.services.assignment import assign, unassign
from phones.services.window import open_window
from provisioning import journal
from provisioning.masking import DOTS
from provisioning.models import ServedDocument
from tests.conftest import SNOM_710
from tests.downloads import rows_of
from tests.factories.clients import SubscriberFactory
from tests.factories.phones import AssignedPhoneFactory
from tests.provisioning.asking import basic, end_of_window, proof

SIP_PASSWORD = "PlantedSipPassword1234567"
PLATFORM_PASSWORD = "PlantedPlatformPassword1"
LOGIN_PASSWORD = "PlantedLoginPassword1"
WRONG_PASSWORD = "PlantedMistypedPassword1"
HTTP_KEY = "PlantedHttpKey-0123456789-0123456789-0123456789"
FIELD_KEY = "UGxhbnRlZC1maWVsZC1rZXktMDEyMzQ1Njc4OTAxMjM="


class Everything(logging.Handler):
    """Each record as our own handler writes it, and as it was before that."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.formatter = LineFormatter()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))
        # statements hold what they store, and are never logged
        if not record.name.startswith("django.db"):
            self.lines.append(record.getMessage())


@pytest.fixture
def log() -> Iterator[list[str]]:
    handler = Everything()
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    before = [(logger, logger.level, logger.propagate, logger.disabled) for logger in loggers]
    logging.root.addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.propagate, logger.disabled = True, False
    yield handler.lines
    logging.root.removeHandler(handler)
    for logger, level, propagate, disabled in before:
        logger.setLevel(level)
        logger.propagate, logger.disabled = propagate, disabled


class Secrets:
    """What must not be seen: a name for the failure's sake, and the text."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def add(self, name: str, text: str) -> str:
        assert len(text) >= 8
        self.known[name] = text
        return text

    def add_of(self, phone: Phone) -> None:
        """All that is derived from, or stored for, a phone as it is now."""
        now = Phone.unscoped.select_related("sip_credential").get(pk=phone.pk)
        at = f"{now.mac}.{now.credential_generation}"
        self.add(
            f"http.{at}", http_credentials(now.mac, now.uid, now.credential_generation).password
        )
        self.add(f"web.{at}", web_password(now.uid, now.credential_generation))
        self.add(f"pin.{at}", admin_pin(now.uid, now.credential_generation))
        with contextlib.suppress(SipCredential.DoesNotExist):
            self.add(f"sip.{at}", now.sip_credential.password)

    def shown_in(self, text: str) -> list[str]:
        return [name for name, secret in self.known.items() if secret in text]


@pytest.fixture
def secrets(settings) -> Secrets:
    planted = Secrets()
    settings.METACENTREX_HTTP_KEY = planted.add("http key", HTTP_KEY)
    settings.METACENTREX_FIELD_KEYS = [planted.add("field key", FIELD_KEY)]
    planted.add("secret key", django_settings.SECRET_KEY)
    planted.add("sip", SIP_PASSWORD)
    planted.add("platform", PLATFORM_PASSWORD)
    planted.add("login", LOGIN_PASSWORD)
    planted.add("mistyped", WRONG_PASSWORD)
    return planted


@pytest.fixture
def world(secrets: Secrets, alice: Subscriber, blue_staff: User, operator: User) -> list[Phone]:
    """One phone with a planted password of its own, one on a line whose platform imposes one."""
    imposed = SubscriberFactory(
        client=alice.client, platform_auth_name="imposed", platform_password=PLATFORM_PASSWORD
    )
    phones = [
        AssignedPhoneFactory(subscriber=alice, mac="00041300B10E"),
        AssignedPhoneFactory(subscriber=imposed, mac="00041300B10F"),
    ]
    credential = SipCredential.unscoped.get(phone=phones[0])
    credential.password = SIP_PASSWORD
    credential.save()
    for user in (blue_staff, operator):
        user.set_password(LOGIN_PASSWORD)
        user.save()
    for phone in phones:
        secrets.add_of(phone)
    return phones


def pages(browser: Browser, phone: Phone) -> Iterator[str]:
    """Every page and every list, form and row of the admin."""
    reference = phone.client.reference
    for name, args in [
        ("client-list", []),
        ("client-detail", [reference]),
        ("account", [reference]),
        ("phone-register", [reference]),
        ("phone-register-many", [reference]),
        ("phone-detail", [phone.mac]),
        ("phone-change", [phone.mac]),
    ]:
        yield reverse(f"extranet:{name}", args=args)
    yield reverse("admin:index")
    for model in admin.site._registry:
        prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{prefix}_changelist")
        yield reverse(f"{prefix}_changelist") + "?" + urlencode({"q": SIP_PASSWORD[:6]})
        yield reverse(f"{prefix}_add")
        for row in model._default_manager.all()[:3]:
            yield reverse(f"{prefix}_change", args=[row.pk])
            yield reverse(f"{prefix}_history", args=[row.pk])


def files() -> Iterator[str]:
    """Every list of the admin that is a file too."""
    for model in admin.site._registry:
        with contextlib.suppress(NoReverseMatch):
            yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_export")


def log_in(login: str) -> tuple[Browser, list[str]]:
    browser = Browser(raise_request_exception=False)
    address = reverse("extranet:login")
    said = [
        browser.post(address, {"username": login, "password": WRONG_PASSWORD}).content.decode(),
        browser.post(address, {"username": login, "password": LOGIN_PASSWORD}).content.decode(),
    ]
    assert browser.session["_auth_user_id"]
    return browser, said


def phone_requests(phone: Phone, given: dict[str, str]) -> list[str]:
    """Refusals of every kind, with the right and the wrong credentials; the body of what is served
    is left out.
    """
    browser = Browser(raise_request_exception=False)
    wrong = {"HTTP_AUTHORIZATION": basic(phone.mac.lower(), WRONG_PASSWORD)}
    answers = [
        browser.get(f"/sip-ps/{phone.mac}.xml", HTTP_USER_AGENT=agent, **extra)
        for agent in (SNOM_710, "curl/8", SNOM_710.replace("8.7.5.35", "8.4.1"))
        for extra in ({}, given, wrong, given | {"REMOTE_ADDR": "203.0.113.9"})
    ]
    journal.flush()
    return [str(a.headers) + (a.content.decode() if a.status_code != 200 else "") for a in answers]


def test_nothing_shows_a_secret(
    world: list[Phone],
    secrets: Secrets,
    log: list[str],
    operator: User,
    settings,
    as_user: Callable[[User], Browser],
) -> None:
    said: list[str] = []
    for phone in world:
        for after in (lambda _: None, end_of_window):
            after(phone)
            said += phone_requests(phone, proof(phone))
    staff, answers = log_in("blue")
    said += answers
    boss, answers = log_in("operator")
    said += answers

    said += _acts(staff, world[0], secrets)
    one_time = _one_time_passwords(boss, operator, secrets)
    for browser in (staff, boss):
        for address in list(pages(browser, world[0])):
            said.append(browser.get(address, follow=True).content.decode())
    said += [str(rows_of(boss.get(address))) for address in files()]
    said += _looks_at_documents(staff, boss, world)
    said += _failures(staff, world[0])
    _flood_of_services(world[0], secrets)

    assert len(said) > 100
    assert ServedDocument.objects.count() == len(world)
    assert [shown for text in said if (shown := secrets.shown_in(text))] == []
    assert len(log) > 100
    assert [(shown, line[:300]) for line in log if (shown := secrets.shown_in(line))] == []
    assert secrets.shown_in(_every_text_of_the_database()) == []
    assert secrets.shown_in(_every_session()) == []
    assert secrets.shown_in(repr(getattr(cache, "_cache", {}))) == []
    # The one answer that shows one-time passwords is kept by nobody.
    assert "no-store" in one_time.headers["Cache-Control"]
    assert set(one_time.cookies) <= {"csrftoken"}


def _acts(staff: Browser, phone: Phone, secrets: Secrets) -> list[str]:
    """What a reseller does, with answers and the pages they lead to."""
    said = []
    account = reverse("extranet:account", args=[phone.client.reference])
    for address, data in [
        (reverse("extranet:phone-open", args=[phone.mac]), {"duration": "hour"}),
        (reverse("extranet:phone-open", args=[phone.mac]), {"until": "x"}),
        (reverse("extranet:phone-close", args=[phone.mac]), {}),
        (reverse("extranet:phone-change", args=[phone.mac]), {"description": "d", "model": "auto"}),
        (reverse("extranet:phone-open", args=[phone.mac]), {}),
        (
            reverse("extranet:phone-change", args=[phone.mac]),
            {"model": "auto", "assigned": "on", "line": "901"},
        ),
        (
            reverse("extranet:phone-register", args=[phone.client.reference]),
            {"mac": phone.mac, "model": "auto", "line": "901"},
        ),
        (
            reverse("extranet:phone-register-many", args=[phone.client.reference]),
            {"lines": "00041300B1AA;0970719001", "confirm": "1"},
        ),
    ]:
        said.append(staff.post(address, data, follow=True).content.decode())
        said.append(staff.get(account).content.decode())
        secrets.add_of(phone)
    assert Phone.unscoped.filter(mac="00041300B1AA").exists()
    return said


def _one_time_passwords(boss: Browser, operator: User, secrets: Secrets):
    """Reset a login's password in the admin: the answer shows it, and nothing else ever does."""
    user = User(login="fresh", name="Fresh", role="operator")
    secrets.add("first password", create_login(user, actor=PLATFORM))
    answer = boss.post(
        reverse("admin:clients_user_changelist"),
        {"action": "reset_passwords", "_selected_action": [user.pk]},
    )
    found = re.findall(r"<code>([^<]+)</code>", answer.content.decode())
    assert len(found) == 1
    secrets.add("one-time password", found[0])
    return answer


def _looks_at_documents(staff: Browser, boss: Browser, phones: list[Phone]) -> list[str]:
    """What each phone would receive, as page, part and file; requests traced in the browser and in
    a terminal.
    """
    said = []
    for phone in phones:
        address = reverse("extranet:phone-document", args=[phone.mac])
        pages = [
            staff.get(address),
            staff.get(address, {"model": "snom-d765", "firmware": "10.1.215.13"}),
            staff.get(address, HTTP_HX_REQUEST="true"),
            staff.get(reverse("extranet:phone-document-file", args=[phone.mac])),
        ]
        trace = reverse("extranet:phone-trace", args=[phone.mac])
        pages += [boss.get(trace, {"credentials": which}) for which in ("none", "own", "wrong")]
        assert {page.status_code for page in pages} == {200}
        said += [page.content.decode() for page in pages]
        said += [_fetch_as(phone, password) for password in (proof_of(phone), WRONG_PASSWORD)]
    assert sum(DOTS in text for text in said) >= 4 * len(phones)
    return said


def proof_of(phone: Phone) -> str:
    now = Phone.unscoped.get(pk=phone.pk)
    return http_credentials(now.mac, now.uid, now.credential_generation).password


def _fetch_as(phone: Phone, password: str) -> str:
    out = StringIO()
    with contextlib.suppress(SystemExit):
        call_command(
            "fetch_as",
            phone.mac,
            "--show",
            "--user",
            phone.mac,
            "--password",
            password,
            stdout=out,
            stderr=out,
        )
    assert out.getvalue()
    return out.getvalue()


def _failures(staff: Browser, phone: Phone) -> list[str]:
    """The error pages, with the secrets at hand: in the form, in the header, in what was being
    done.
    """
    said = []

    def broken(execute, sql, params, many, context):
        raise RuntimeError("the disk is on fire")

    address = reverse("extranet:phone-change", args=[phone.mac])
    header = {
        "HTTP_AUTHORIZATION": basic("someone", WRONG_PASSWORD),
        "HTTP_COOKIE": f"password={WRONG_PASSWORD}",
    }
    with connection.execute_wrapper(broken):
        answers = [
            staff.get(address),
            staff.post(reverse("extranet:login"), {"username": "blue", "password": LOGIN_PASSWORD}),
            Browser(raise_request_exception=False).get(f"/sip-ps/{phone.mac}.xml", **header),
            Browser(raise_request_exception=False).post(
                reverse("extranet:login"),
                {"username": "blue", "password": LOGIN_PASSWORD},
                **header,
            ),
        ]
    assert [answer.status_code for answer in answers] == [500, 500, 503, 500]
    said += [answer.content.decode() for answer in answers]
    assert "the disk is on fire" not in "".join(said)
    strict = Browser(enforce_csrf_checks=True)
    said.append(
        strict.post(
            reverse("extranet:login"), {"username": "blue", "password": LOGIN_PASSWORD}
        ).content.decode()
    )
    said.append(staff.get("/extranet/nowhere/").content.decode())
    said.append(staff.get("/extranet/clients/", HTTP_HOST="evil.example").content.decode())
    return said


def _flood_of_services(phone: Phone, secrets: Secrets) -> None:
    """The services' own log lines and audit events, with each new generation of secrets."""
    open_window(phone, actor=PLATFORM)
    secrets.add_of(phone)
    line = Phone.unscoped.get(pk=phone.pk).subscriber
    unassign(phone, actor=PLATFORM)
    assign(phone, line, actor=PLATFORM)
    secrets.add_of(phone)


def _every_text_of_the_database() -> str:
    """Every value of every table as the database holds it, so before any decryption."""
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            texts += [str(value) for row in cursor.fetchall() for value in row]
    assert len(texts) > 1000
    return "\n".join(texts)


def _every_session() -> str:
    from django.contrib.sessions.models import Session

    sessions = [str(session.get_decoded()) for session in Session.objects.all()]
    assert len(sessions) >= 2
    return "\n".join(sessions)


@pytest.mark.once
@pytest.mark.skipif(
    "sqlite" not in str(django_settings.DATABASES["default"]["ENGINE"]),
    reason="SQLite's file is read, and this run is on another database",
)
def test_no_secret_is_in_the_bytes_of_the_database_file(
    world: list[Phone], secrets: Secrets
) -> None:
    for phone in world:
        for extra in ({}, proof(phone)):
            Browser().get(f"/sip-ps/{phone.mac}.xml", HTTP_USER_AGENT=SNOM_710, **extra)
        open_window(phone, actor=PLATFORM)
        secrets.add_of(phone)
    journal.flush()
    log_in("blue")

    # Page by page: what was freed still holds what was in it.
    content = connection.connection.serialize().decode("latin-1")
    assert "00041300B10E" in content
    assert secrets.shown_in(content) == []
