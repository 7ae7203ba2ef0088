"""The guide's journey as it is in production: PostgreSQL, Redis, secrets in the environment, TLS by nginx."""

import os
import shutil
import ssl
import subprocess
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

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SERVERS = os.environ.get("DATABASE_URL", "").startswith("postgres") and bool(os.environ.get("REDIS_URL"))

NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/cert.pem;
        ssl_certificate_key {folder}/key.pem;
        location / {{
            proxy_pass http://127.0.0.1:{behind};
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
        }}
    }}
}}
"""

# What `demo` refuses to make here: the guide's client and line, and a login, through the services.
DATA = """
from clients.models import Client, Reseller, Subscriber, User
from clients.numbers import parse_number
from clients.services.audit import PLATFORM
from clients.services.clients import create_client, save_reseller
from clients.services.logins import create_login
from clients.services.subscribers import create_subscriber

reseller = save_reseller(Reseller(name="Expert Produits"), actor=PLATFORM)
client = create_client(
    Client(reseller=reseller, reference="10000", legal_name="OPENIP", group_name="OpenIP_Interne",
           siret="48285833900021", sip_domain="openip.example.net"),
    actor=PLATFORM,
)
line = Subscriber(client=client, site=client.sites.get(is_main=True), number=parse_number("0970711111"),
                  extension="1111", name="Utilisateur Full Meta Test - 1", is_administrator=True)
create_subscriber(line, actor=PLATFORM)
user = User(login="expert-produits", name="Expert", role="reseller", reseller=reseller)
print(create_login(user, actor=PLATFORM))
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

    def administer(self, statement: str) -> None:
        with psycopg.connect(self.server_url, autocommit=True) as server:
            server.execute(sql.SQL(statement).format(sql.Identifier(self.database)))

    def start(self) -> None:
        self.administer("CREATE DATABASE {}")
        self.make_certificate()
        settings = self.folder / "nginx.conf"
        settings.write_text(NGINX.format(folder=self.folder, port=self.tls_port, behind=self.port))
        self.nginx = subprocess.Popen(
            [
                self.nginx_program(),
                "-p",
                str(self.folder),
                "-e",
                str(self.folder / "error.log"),
                "-c",
                str(settings),
            ],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        super().start()

    @staticmethod
    def nginx_program() -> str:
        return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or ""

    def make_certificate(self) -> None:
        command = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ]
        names = ["-addext", "subjectAltName=DNS:localhost"]
        files = ["-keyout", str(self.folder / "key.pem"), "-out", str(self.folder / "cert.pem")]
        subprocess.run([*command, *names, *files], check=True, capture_output=True)
        self.trust.load_verify_locations(self.folder / "cert.pem")

    def stop(self) -> None:
        try:
            super().stop()
        finally:
            self.nginx.terminate()
            self.nginx.wait(10)
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
        pytest.skip("PostgreSQL and Redis are not there: bin/with-servers gives them")
    if not Production.nginx_program():
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
def secure_page(chromium: Browser, production: Production) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=production.url,
        locale="fr-FR",
        ignore_https_errors=True,
        viewport={"width": 1280, "height": 900},
    )
    context.set_default_timeout(10_000)
    with watched(context, production.url):
        yield context.new_page()
    context.close()


def test_the_guides_journey_in_production(secure_page: Page, production: Production) -> None:
    login = production.login()

    story.tell(secure_page, production, login)

    cookies = {cookie["name"]: cookie for cookie in secure_page.context.cookies()}
    assert [cookies[name]["secure"] for name in ("sessionid", "csrftoken")] == [True, True]
    served = production.sql("SELECT DISTINCT address FROM provisioning_fetch WHERE phone_id IS NOT NULL")
    assert served == [("127.0.0.1",)]  # of who asked nginx, which is trusted to say so
    story.go_to_phone(secure_page)
    expect(secure_page.get_by_text("127.0.0.1").first).to_be_visible()
    said = production.log.read_text()
    assert "Traceback" not in said
    assert login[1] not in said


def test_the_window_in_full_in_production(secure_page: Page, production: Production) -> None:
    window_story.tell(secure_page, production, production.login())


def test_the_port_behind_the_proxy_sends_browsers_to_the_secure_address(production: Production) -> None:
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
