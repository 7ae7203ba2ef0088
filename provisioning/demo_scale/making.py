"""Creates resellers, clients, lines and phones, client by client."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from random import Random

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.enums import ClientStatus, Role, SubscriberStatus
from clients.models import (
    AuditEvent,
    BarringClass,
    Client,
    Licence,
    PlatformSettings,
    Reseller,
    Site,
    Subscriber,
    User,
)
from clients.search import fold
from clients.services.audit import PLATFORM, Actor, record, record_many
from metacentrex.errors import DomainError
from phones.credentials import new_sip_auth_name, new_sip_password
from phones.models import Phone, SipCredential
from provisioning import demo
from provisioning.demo_scale import names
from provisioning.demo_scale.history import events_of, fetches_of
from provisioning.demo_scale.lives import DAY, Draw, Life, deal, live
from provisioning.models import Fetch

MADE = "demo.scaled"
FIRST_REFERENCE = 30001
EXTRA_LICENCES = ("Full Meta", "Accueil", "Fax")


@dataclass(frozen=True)
class Scale:
    """How many clients, how many lines each, and the seed of the invented data."""

    clients: int
    lines: int
    seed: int = 1

    def check(self) -> None:
        """Raise DomainError for more lines than there are numbers reserved for fiction."""
        if self.clients < 1 or self.lines < 1:
            raise DomainError(_("Ask for at least one client and one line."))
        most = names.PER_ZONE * len(names.ZONES)
        if -(-self.clients // len(names.ZONES)) * self.lines > names.PER_ZONE:
            raise DomainError(_("Ask for at most %(most)s lines in all.") % {"most": most})


def is_made() -> bool:
    return AuditEvent.objects.filter(kind=MADE).exists()


@transaction.atomic
def make(scale: Scale, now: datetime | None = None) -> None:
    """Create the data beside the guide's demo; there must be no other. Raises DomainError."""
    now = now or timezone.now()
    scale.check()
    if Client.unscoped.exclude(
        reference__in=demo.REFERENCES
    ).exists():  # unscoped: of the whole installation
        raise DomainError(_("There are clients here that are not the demo's: nothing was created."))
    Maker(scale, now).run()
    record(MADE, PlatformSettings.current(), actor=PLATFORM, after=asdict(scale), at=now)


class Maker:
    """Creates the invented data from one random generator, so that it depends only on the seed."""

    def __init__(self, scale: Scale, now: datetime) -> None:
        self.scale, self.now = scale, now
        self.rng = Random(scale.seed)  # noqa: S311 - invented names, no secret
        total = scale.clients * scale.lines
        self.macs = names.macs(self.rng, total)
        self.lives = iter(deal(self.rng, total))
        self.companies, self.addresses, self.sirets = (
            names.companies(self.rng),
            names.addresses(),
            names.sirets(),
        )
        self.zones = [(zone, names.numbers(zone)) for zone in names.ZONES]
        for name in EXTRA_LICENCES:
            Licence.objects.get_or_create(name=name)
        self.licences, self.barrings = (
            list(Licence.objects.all()),
            [None, *BarringClass.objects.all()],
        )

    def run(self) -> None:
        staff = list(self._staff())
        for rank in range(self.scale.clients):
            actor = staff[rank % len(staff)]
            self._client(rank, actor)

    def _staff(self) -> Iterator[Actor]:
        """The actors, in turn: half of the clients belong to the demo's own reseller. Nobody can
        log in for the other resellers.
        """
        own = Reseller.unscoped.get(name=demo.RESELLER)  # unscoped: of the demo
        for name in names.RESELLERS:
            reseller = Reseller.unscoped.create(name=name)  # unscoped: just made here
            yield self._login(reseller)
            yield self._login(own)

    def _login(self, reseller: Reseller) -> Actor:
        name = f"{self.rng.choice(names.FIRST_NAMES)} {self.rng.choice(names.SURNAMES)}"
        login = f"{fold(name).replace(' ', '.')}.{User.objects.count()}"
        user = User(login=login, name=name, role=Role.RESELLER, reseller=reseller)
        user.set_unusable_password()
        user.save()
        return Actor(user)

    def _client(self, rank: int, actor: Actor) -> None:
        zone, numbers = self.zones[rank % len(self.zones)]
        client = self._company(rank, zone, actor)
        sites = self._sites(client, zone)
        lines = self._lines(client, sites, list(islice(numbers, self.scale.lines)))
        self._phones(client, lines, actor)
        record("client.created", client, actor=PLATFORM, client=client, at=client.created_at)
        targets: list[tuple[Subscriber, dict[str, str], dict[str, str]]] = [
            (line, {}, {"number": line.number, "name": line.name}) for line in lines
        ]
        record_many(
            "subscriber.created", targets, actor=PLATFORM, client=client, at=client.created_at
        )

    def _company(self, rank: int, zone: names.Zone, actor: Actor) -> Client:
        city, postal_code = self.rng.choice(zone.cities)
        name = next(self.companies)
        return Client.unscoped.create(  # unscoped: just made here
            reseller=actor.user.reseller if actor.user else None,
            reference=str(FIRST_REFERENCE + rank),
            legal_name=name,
            group_name=fold(name).title().replace(" ", "_"),
            siret=next(self.sirets),
            address=f"{self.rng.randint(1, 99)}, {self.rng.choice(names.STREETS)}",
            postal_code=postal_code,
            city=city,
            status=self._status(rank),
            sip_domain=f"c{FIRST_REFERENCE + rank}.example.net",
            created_at=self.now - self.rng.randint(910, 3600) * DAY,
        )

    def _status(self, rank: int) -> ClientStatus:
        """A client's status: of fifty clients, two are suspended and one is terminated."""
        return {
            17: ClientStatus.SUSPENDED,
            34: ClientStatus.SUSPENDED,
            41: ClientStatus.TERMINATED,
        }.get(rank % 50, ClientStatus.ACTIVE)

    def _sites(self, client: Client, zone: names.Zone) -> list[Site]:
        others = [city for city, _code in zone.cities if city != client.city]
        chosen = self.rng.sample(others, self.rng.randint(0, len(others)))
        sites = [Site(client=client, name=_("Main site"), is_main=True)]
        sites += [Site(client=client, name=name) for name in chosen]
        return Site.unscoped.bulk_create(sites)  # unscoped: just made here

    def _lines(self, client: Client, sites: list[Site], numbers: list[str]) -> list[Subscriber]:
        # 400… for fifty lines: never an emergency or special number
        first = 4 * 10 ** len(str(len(numbers)))
        lines = [
            Subscriber(
                client=client,
                site=self.rng.choice(sites),
                number=number,
                extension=str(first + rank),
                name=names.person(self.rng),
                licence=self.rng.choice(self.licences),
                presented_number=self.rng.choice(["", numbers[0]]),
                barring=self.rng.choice(self.barrings),
                status=SubscriberStatus.SUSPENDED
                if self.rng.random() < 0.01
                else SubscriberStatus.ACTIVE,
                is_locked=self.rng.random() < 0.02,
                is_administrator=rank == 0,
            )
            for rank, number in enumerate(numbers)
        ]
        for line in lines:
            line.search_text = line.folded_parts()
        Subscriber.unscoped.bulk_create(lines)  # unscoped: just made here
        client.subscribers.update(created_at=client.created_at)
        return lines

    def _phones(self, client: Client, lines: list[Subscriber], actor: Actor) -> None:
        address = next(self.addresses)
        phones = [self._phone(client, line, address) for line in lines]
        Phone.unscoped.bulk_create(phones)  # unscoped: just made here
        # The column defaults to now; a phone without a line has been waiting since last week.
        registered = Coalesce(F("window_opened_at"), Value(self.now - 9 * DAY))
        client.phones.update(created_at=registered)
        # unscoped: just made here
        SipCredential.unscoped.bulk_create(map(_account, _assigned(phones)))
        Fetch.objects.bulk_create(fetch for phone in phones for fetch in fetches_of(phone))
        AuditEvent.objects.bulk_create(
            told
            for phone in phones
            for told in events_of(phone, phone.window_opened_at or self.now - 9 * DAY, actor)
        )

    def _phone(self, client: Client, line: Subscriber, address: str) -> Phone:
        life = next(self.lives)
        if client.status == ClientStatus.TERMINATED:
            life = Life.UNASSIGNED
        assigned = life is not Life.UNASSIGNED
        phone = Phone(
            mac=next(self.macs),
            client=client,
            subscriber=line if assigned else None,
            site=None if assigned else line.site,
            description=self.rng.choice(
                ["", f"Poste de {line.name}", f"Bureau {self.rng.randint(1, 40)}"]
            ),
        )
        live(phone, life, Draw(self.rng, self.now, address))
        return phone


def _assigned(phones: list[Phone]) -> Iterator[Phone]:
    return (phone for phone in phones if phone.subscriber is not None)


def _account(phone: Phone) -> SipCredential:
    return SipCredential(
        phone=phone,
        subscriber=phone.subscriber,
        auth_name=new_sip_auth_name(),
        password=new_sip_password(),
    )
