"""The data of the commissioning guide, created by the same services as real data.

Data not in the guide is invented: the second reseller, the extensions, two MACs (marked).
00:04:13:74:07:4C is not registered, for users who follow the guide.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from clients.enums import Role
from clients.models import (
    BarringClass,
    Client,
    Licence,
    PlatformSettings,
    Reseller,
    Site,
    Subscriber,
    User,
)
from clients.numbers import parse_number
from clients.scoping import Scope, ScopeLevel
from clients.services.audit import PLATFORM
from clients.services.clients import create_client, save_reseller, save_site
from clients.services.logins import create_login, reset_password
from clients.services.portal_logins import give_access
from clients.services.subscribers import create_subscriber
from keys.drafts import KeyDraft, LayoutDraft
from keys.owners import Owner
from keys.services.layouts import save_layout
from phones import catalogue
from phones.models import Phone
from phones.services.expiry import record_expired_windows
from phones.services.registration import Registration, register_phone
from provisioning import journal
from provisioning.answers import Answer, keep_later
from provisioning.authorization import NoCredentials
from provisioning.gate import Granted, Proof, Question
from provisioning.models import Fetch, FetchOutcome, PublishedDocument
from provisioning.renderers.snom.identify import identify
from provisioning.services.claim import Serving, claim
from provisioning.services.publishing import render
from provisioning.writing import write

PARIS = ZoneInfo("Europe/Paris")
OPERATOR = Scope(ScopeLevel.OPERATOR)
RESELLER = "Expert Produits"
REFERENCES = ("10000", "20001")  # of the demo's clients
PEOPLE = ("0970711111", "0970716830")  # portal users: an administrator, and the user in the guide
ADDRESS = "198.51.100.7"  # TEST-NET-2: used by nobody


@dataclass(frozen=True)
class Line:
    number: str
    extension: str
    name: str
    site: str
    is_administrator: bool = False


@dataclass(frozen=True)
class Device:
    mac: str
    number: str
    description: str
    seen: tuple[str, str] | None = None  # User-Agent token and firmware of its first fetch
    model: str = ""
    age: timedelta = timedelta()  # how long ago it was registered


# number, name and site are from the guide if it has them; extensions are invented
OPENIP_LINES = [
    Line(
        "0970711111",
        "1111",
        "Utilisateur Full Meta Test - 1",
        "Site principal",
        is_administrator=True,
    ),
    Line("0970711031", "1031", "Lionel", "Clichy"),
    Line("0970711033", "1033", "Eleonor", "Clichy"),
    Line("0970711072", "1072", "Cédric", "Clichy"),
    Line("0970711073", "1073", "Georges", "Clichy"),
    Line("0970716003", "6003", "Aurélien", "Clichy"),
    Line("0970716830", "6830", "Accueil St_Avertin", "St_Avertin"),
    Line("0970716831", "6831", "Atelier St_Avertin", "St_Avertin"),
    Line("0970716833", "6833", "Réserve St_Avertin", "St_Avertin"),
    Line("0222969569", "2569", "Agence de Nantes", "Nantes"),
]
DAY = timedelta(days=1)
OPENIP_PHONES = [
    Device("0004137567FE", "0970716831", "snom D715", ("snom715", "8.9.3.80"), age=30 * DAY),
    Device("000413765D3E", "0970711073", "snom710 Georges", ("snom710", "8.9.3.80"), age=28 * DAY),
    Device("000413765D6F", "0970716833", "snom 710", age=1 * DAY),
    Device("000413766EBF", "0970711031", "snom710 Lionel", ("snom710", "8.9.3.80"), age=28 * DAY),
    Device("00041376AD93", "0970711072", "snom710 Cédric", age=3 * DAY),
    Device(
        "0004137823D0", "0970716003", "snom D725 Aurélien", ("snom725", "10.1.175.16"), age=20 * DAY
    ),
    Device("00041378379F", "0970716830", "snom D725", ("snom725", "10.1.175.16"), age=20 * DAY),
    Device("000413900859", "0222969569", "snom D765", ("snomD765", "10.1.54.13"), age=12 * DAY),
    # invented MAC
    Device(
        "000413920765",
        "0970716830",
        "snom D765 (écran du guide)",
        ("snomD765", "10.1.54.13"),
        "snom-d765",
        age=12 * DAY,
    ),
    # invented MAC
    Device(
        "000413450760",
        "0222969569",
        "snom 760 (écran du guide)",
        ("snom760", "8.9.3.80"),
        "snom-760",
        age=12 * DAY,
    ),
]


@transaction.atomic
def make(now: datetime | None = None) -> None:
    """Create the demo data; do nothing if a client exists already."""
    now = now or timezone.now()
    if Client.unscoped.exists():  # unscoped: of the whole installation
        return
    PlatformSettings(pk=1, operator_name="OpenIP").save()
    full, _ = Licence.objects.get_or_create(name="Full Meta Test")
    risky, _ = BarringClass.objects.get_or_create(
        code=0, defaults={"name": "Bar high-risk countries"}
    )
    BarringClass.objects.get_or_create(code=1, defaults={"name": "Bar all international"})
    expert = save_reseller(Reseller(name=RESELLER), actor=PLATFORM)
    other = save_reseller(Reseller(name="Réseaux du Val"), actor=PLATFORM)
    openip = _openip(expert)
    _lines(openip, OPENIP_LINES, full, risky)
    _keys(openip)
    _phones(openip, OPENIP_PHONES, now)
    atelier = _atelier(other)
    _lines(
        atelier,
        [
            Line("0247000001", "201", "Accueil", "Site principal", is_administrator=True),
            Line("0247000002", "202", "Bureau", "Site principal"),
        ],
        full,
        risky,
    )
    _phones(
        atelier,
        [Device("000413710001", "0247000001", "Accueil", ("snom720", "8.9.3.80"), age=15 * DAY)],
        now,
    )
    record_expired_windows(now)
    render(PublishedDocument.objects.values_list("phone", flat=True))  # as the worker does


def _openip(reseller: Reseller) -> Client:
    client = Client(
        reseller=reseller,
        reference=REFERENCES[0],
        legal_name="OPENIP",
        group_name="OpenIP_Interne",
        siret="48285833900021",
        address="37-39, rue de Neuilly",
        postal_code="92110",
        city="Clichy",
        sip_domain="openip.example.net",
        created_at=datetime(2016, 1, 28, 13, 44, 35, tzinfo=PARIS),
    )
    create_client(client, actor=PLATFORM)
    for name in ("Clichy", "St_Avertin", "Nantes"):
        save_site(Site(client=client, name=name), actor=PLATFORM)
    return client


def _atelier(reseller: Reseller) -> Client:
    client = Client(
        reseller=reseller,
        reference=REFERENCES[1],
        legal_name="Atelier Vouvray Bois",
        group_name="Vouvray_Bois",
        siret="",
        address="4, quai de la Loire",
        postal_code="37210",
        city="Vouvray",
        sip_domain="vouvray.example.net",
        created_at=datetime(2016, 9, 12, 9, 12, 4, tzinfo=PARIS),
    )
    return create_client(client, actor=PLATFORM)


def _lines(client: Client, lines: list[Line], licence: Licence, barring: BarringClass) -> None:
    sites = {site.name: site for site in client.sites.all()}
    main = client.sites.get(is_main=True)
    for line in lines:
        subscriber = Subscriber(
            client=client,
            site=sites.get(line.site, main),
            number=parse_number(line.number),
            extension=line.extension,
            name=line.name,
            licence=licence,
            barring=barring,
            is_administrator=line.is_administrator,
        )
        create_subscriber(subscriber, actor=PLATFORM)


def _keys(client: Client) -> None:
    """The keys on the guide's two editor screens: a D765 with line keys, a 760 with a sidecar."""
    lines = {row.name: row for row in client.subscribers.select_related("client", "site")}
    d765, s760 = catalogue.get("snom-d765"), catalogue.get("snom-760")
    standard = KeyDraft(
        "speed", person=lines["Utilisateur Full Meta Test - 1"].pk, label="Standard"
    )
    locked = replace(standard, is_locked=True, reason="numéro du standard commun")
    save_layout(
        Owner.of_client(client), d765, LayoutDraft(0, None, {"side-7": locked}), actor=PLATFORM
    )
    watched = ["Georges", "Eleonor", "Cédric", "Lionel", "Aurélien"]
    keys = {
        f"side-{at}": KeyDraft("blf", person=lines[name].pk) for at, name in enumerate(watched, 1)
    }
    keys["side-8"] = KeyDraft("event", "F_RETRIEVE", label="Messagerie")
    save_layout(
        Owner.of_line(lines["Accueil St_Avertin"]), d765, LayoutDraft(0, None, keys), actor=PLATFORM
    )
    save_layout(Owner.of_line(lines["Agence de Nantes"]), s760, LayoutDraft(0, 1), actor=PLATFORM)


def _phones(client: Client, devices: list[Device], now: datetime) -> None:
    """Register all phones before the first fetch: another phone on a line changes its documents."""
    lines = {row.number: row for row in client.subscribers.select_related("site")}
    phones = []
    for device in devices:
        asked = Registration(
            device.mac, lines[parse_number(device.number)], device.model, device.description
        )
        at = now - device.age
        phones.append(register_phone(asked, client=client, scope=OPERATOR, actor=PLATFORM, now=at))
    for phone, device in zip(phones, devices, strict=True):
        if device.seen is not None:
            _visit(phone, device.seen, now - device.age + timedelta(hours=3), Proof.NONE)
            _visit(phone, device.seen, _last_visit(phone, now), Proof.CURRENT)


def _last_visit(phone: Phone, now: datetime) -> datetime:
    """When the phone last polled: last night, or in the last hours (phones.polling)."""
    drawn = int(phone.mac, 16) % 180
    night = now.astimezone(PARIS).replace(hour=1, minute=0, second=0, microsecond=0)
    at = min(night + timedelta(minutes=drawn), now - timedelta(minutes=1 + drawn))
    return max(at, now - timedelta(hours=19))


def _visit(phone: Phone, seen: tuple[str, str], at: datetime, proof: Proof) -> None:
    """Write the rows that a fetch at `at`, before the demo started, would have left. With
    credentials it is a later fetch, which finds nothing new.
    """
    token, firmware = seen
    identified = identify(
        f"Mozilla/4.0 (compatible; {token}-SIP {firmware} {phone.mac})", phone.model
    )
    model = catalogue.get(identified.model or "")
    # unscoped: of the demo
    phone = Phone.unscoped.select_related("client", "subscriber__site", "sip_credential").get(
        pk=phone.pk
    )
    written = write(phone, model, firmware)
    question = Question(
        phone.mac, NoCredentials(), is_confidential=True, identified=identified, network=ADDRESS
    )
    is_new = written.digest != phone.served_digest
    granted = Granted(model, proof)
    serving = Serving(
        granted, question, written.digest, written.digest, ADDRESS, at, is_pulled=is_new
    )
    claim(phone, serving)
    answer = Answer(
        model, firmware, written.content_type, written.body, written.digest, written.document
    )
    keep_later(phone, answer, is_new=is_new, at=at)
    entry = Fetch(
        phone=phone,
        client=phone.client,
        mac=phone.mac,
        at=at,
        address=ADDRESS,
        model=model.code,
        firmware=firmware,
        user_agent=f"{token}-SIP {firmware}",
        outcome=FetchOutcome.SERVED if is_new else FetchOutcome.NOT_MODIFIED,
        with_credentials=granted.with_credentials,
        size=len(written.body) if is_new else 0,
    )
    journal.write_now(entry)


def passwords() -> list[dict[str, str]]:
    """Set new passwords for the demo's logins, which are created if missing."""
    wanted = [
        (Role.OPERATOR, "operateur", "Opérateur OpenIP", None),
        (Role.RESELLER, "expert-produits", "Camille Roussel", RESELLER),
        (Role.RESELLER, "reseaux-du-val", "Claire Moreau", "Réseaux du Val"),
    ]
    people = [
        {"role": Role.SUBSCRIBER.value, "login": number, "password": _portal_password(number)}
        for number in PEOPLE
    ]
    staff = [
        {"role": role.value, "login": login, "password": _password(role, login, name, reseller)}
        for role, login, name, reseller in wanted
    ]
    # do not make users of the demo choose a password
    User.objects.filter(login__in=[login for _role, login, _name, _reseller in wanted]).update(
        must_change_password=False, one_time_until=None
    )
    return people + staff


def _portal_password(number: str) -> str:
    line = Subscriber.unscoped.get(
        number=parse_number(number), ended_at=None
    )  # unscoped: of the demo
    password = give_access(line, actor=PLATFORM)
    User.objects.filter(subscriber=line).update(must_change_password=False, one_time_until=None)
    return password


def _password(role: Role, login: str, name: str, reseller: str | None) -> str:
    user = User.objects.filter(login=login).first()
    if user is not None:
        return reset_password(user, actor=PLATFORM)
    company = Reseller.unscoped.get(name=reseller) if reseller else None  # unscoped: of the demo
    return create_login(User(login=login, name=name, role=role, reseller=company), actor=PLATFORM)
