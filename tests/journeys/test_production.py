"""The guide's journey as it is in production: PostgreSQL, Redis, secrets in the environment, TLS by
nginx.
"""

import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect
from psycopg import sql

from metacentrex import secrets
from tests.journeys import story, window_story
from tests.journeys.stack import Stack, free_port
from tests.journeys.watching import watched
from tests.nginx import PROGRAM, Nginx

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.servers]
SERVERS = os.environ.get("DATABASE_URL", "").startswith("postgres") and bool(
    os.environ.get("REDIS_URL")
)

# What `demo` refuses to make here: the guide's client and line, and a login, through the services.
DATA = """
from clients.models import Client, Reseller, Subscriber, User
from clients.numbers import parse_number
from clients.services.audit import PLATFORM
from clients.services.clients import create_client, save_reseller
from clients.services.logins import change_own_password, create_login, new_password
from clients.services.subscribers import create_subscriber

reseller = save_reseller(Reseller(name="Expert Produits"), actor=PLATFORM)
client = create_client(
    Client(reseller=reseller, reference="10000", legal_name="OPENIP", group_name="OpenIP_Interne",
           siret="48285833900021", sip_domain="openip.example.net"),
    actor=PLATFORM,
)
line = Subscriber(client=client, site=client.sites.get(is_main=True),
                  number=parse_number("0970711111"),
                  extension="1111", name="Utilisateur Full Meta Test - 1", is_administrator=True)
create_subscriber(line, actor=PLATFORM)
user = User(login="expert-produits", name="Expert", role="reseller", reseller=reseller)
create_login(user, actor=PLATFORM)
chosen = new_password()  # as its user does at the first login
change_own_password(user, chosen)
print(chosen)
"""


class Production(Stack):
    """A database of its own on the server that is there, and nginx in front."""

    mark = "%s"

    def __init__(self, folder: Path) -> None:
        self.folder, self.tls_port = folder, free_port()
        self.database = f"journey_{os.getpid()}"
        self.server_url = os.environ["DATABASE_URL"]
        self.database_url = f"{self.server_url.rpartition('/')[0]}/{self.database}"
        # Apart from the suite's own cache, which uses the first of Redis' databases.
        redis = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/1"
        public = f"https://localhost:{self.tls_port}"
        super().__init__(
            folder / "home",
            DATABASE_URL=self.database_url,
            REDIS_URL=redis,
            METACENTREX_PUBLIC_URL=public,
            METACENTREX_TRUSTED_PROXIES="127.0.0.1",
            SECRET_KEY=secrets.random_secret(),
            METACENTREX_HTTP_KEY=secrets.random_secret(),
            METACENTREX_FIELD_KEYS=secrets.random_field_key(),
        )
        self.url = public
        self.trust = ssl.create_default_context()
        self.nginx = Nginx(folder, self.port, self.tls_port, free_port(), free_port())

    def administer(self, statement: str) -> None:
        with psycopg.connect(self.server_url, autocommit=True) as server:
            server.execute(sql.SQL(statement).format(sql.Identifier(self.database)))

    def start(self) -> None:
        self.administer("CREATE DATABASE {}")
        self.nginx.make_certificate()
        self.trust.load_verify_locations(self.folder / "cert.pem")
        self.nginx.render()
        self.nginx.start()
        super().start()

    def stop(self) -> None:
        try:
            super().stop()
        finally:
            self.nginx.stop()
            self.administer("DROP DATABASE {} WITH (FORCE)")

    def login(self) -> tuple[str, str]:
        return "expert-produits", self.manage("shell", "-v", "0", "-c", DATA).split()[-1]

    def open(self, request: urllib.request.Request):
        return urllib.request.urlopen(request, timeout=10, context=self.trust)

    def sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.database_url) as database:
            cursor = database.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def earlier(self, column: str) -> str:
        return f"{column} - interval '48 hours'"


@pytest.fixture
def production(chromium: Browser, tmp_path: Path) -> Iterator[Production]:
    if not SERVERS:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL and Redis are needed here: bin/with-servers")
        pytest.skip("PostgreSQL and Redis are not there: bin/with-servers gives them")
    if not PROGRAM:
        if os.environ.get("CI"):
            pytest.fail("nginx is needed here")
        pytest.skip("nginx is not installed")
    made = Production(tmp_path)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def expected() -> list[str]:
    """What the browser's console may say: nothing, but in a test that provokes it."""
    return []


@pytest.fixture
def secure_page(chromium: Browser, production: Production, expected: list[str]) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=production.url,
        locale="fr-FR",
        ignore_https_errors=True,
        viewport={"width": 1280, "height": 900},
    )
    context.set_default_timeout(10_000)
    with watched(context, production.url) as watch:
        watch.expected = expected  # the same list: a test adds to it on its way
        yield context.new_page()
    context.close()


def test_the_guides_journey_in_production(secure_page: Page, production: Production) -> None:
    login = production.login()

    story.tell(secure_page, production, login)

    cookies = {cookie["name"]: cookie for cookie in secure_page.context.cookies()}
    assert [cookies[name]["secure"] for name in ("__Host-sessionid", "__Host-csrftoken")] == [
        True,
        True,
    ]
    served = production.sql(
        "SELECT DISTINCT address FROM provisioning_fetch WHERE phone_id IS NOT NULL"
    )
    assert served == [("127.0.0.1",)]  # of who asked nginx, which is trusted to say so
    story.go_to_phone(secure_page)
    expect(secure_page.get_by_text("127.0.0.1").first).to_be_visible()
    said = production.log.read_text()
    assert "Traceback" not in said
    assert login[1] not in said


def test_what_was_typed_outlives_a_failure_over_tls(
    secure_page: Page, production: Production, expected: list[str]
) -> None:
    """Chromium keeps no form of a `no-store` page for « Back » here: « Réessayer » sends it again
    instead.
    """
    login, page = production.login(), secure_page
    expected.append("the server responded with a status of 500")
    story.log_in(page, login)
    story.go_to_account(page)
    users = page.get_by_role("table", name="Liste des utilisateurs")
    users.get_by_role("link", name="Provisionner").click()
    page.get_by_label("@MAC").fill(story.GUIDE_MAC)
    page.get_by_label("Description").fill("snom 710 Standard")

    production.sql("ALTER TABLE phones_phone RENAME TO phones_elsewhere")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="Erreur Plateforme")).to_be_visible()
    expect(page.get_by_text("Ce que vous avez saisi n’est pas perdu")).to_be_visible()
    production.sql("ALTER TABLE phones_elsewhere RENAME TO phones_phone")
    page.get_by_role("button", name="Réessayer").click()

    expect(story.row(page)).to_contain_text("snom 710 Standard")


def status(production: Production, path: str, data: bytes | None = None) -> int:
    request = urllib.request.Request(f"{production.url}{path}", data=data)
    try:
        with production.open(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_the_shipped_nginx_keeps_its_promises(production: Production) -> None:
    tries = [status(production, "/extranet/", b"username=a") for _ in range(20)]
    phones = [status(production, "/sip-ps/000413FFFFFE.xml") for _ in range(60)]
    watched_over = [status(production, path) for path in ("/healthz", "/metrics")]
    status(production, "/extranet/?next=SearchedWord")
    too_big = status(production, "/extranet/theme/", b"x" * 12_600_000)

    assert set(tries) == {403, 429}  # without its token the form is refused, then the address is
    assert set(phones) == {401}
    assert (watched_over, too_big) == ([200, 200], 413)
    log = (production.folder / "metacentrex.access.log").read_text()
    assert '"GET /extranet/ HTTP/1.1" 200' in log
    assert "SearchedWord" not in log


def test_port_80_sends_everybody_to_tls(production: Production) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{production.nginx.plain_port}/sip-ps/000413FFFFFE.xml"
    )
    with pytest.raises(urllib.error.HTTPError) as redirected:
        urllib.request.build_opener(NoRedirect).open(request, timeout=10)

    redirected.value.close()
    assert redirected.value.headers["Location"] == f"{production.url}/sip-ps/000413FFFFFE.xml"


def test_the_window_in_full_in_production(secure_page: Page, production: Production) -> None:
    window_story.tell(secure_page, production, production.login())


def test_the_port_behind_the_proxy_sends_browsers_to_the_secure_address(
    production: Production,
) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{production.port}/extranet/")
    opener = urllib.request.build_opener(NoRedirect)
    with pytest.raises(urllib.error.HTTPError) as redirected:
        opener.open(request, timeout=10)

    redirected.value.close()
    assert redirected.value.code == 301
    assert redirected.value.headers["Location"].startswith("https://")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None
