import factory
from django.utils import timezone

from clients.enums import Role
from clients.models import Client, Job, JobRow, Reseller, Site, Subscriber, User
from tests.factories import RowFactory


class ResellerFactory(RowFactory[Reseller]):
    class Meta:
        model = Reseller

    name = factory.Sequence(lambda n: f"Reseller {n}")


class ClientFactory(RowFactory[Client]):
    """A client with its « Site principal »."""

    class Meta:
        model = Client
        skip_postgeneration_save = True

    reseller = factory.SubFactory(ResellerFactory)
    reference = factory.Sequence(lambda n: f"{50000 + n}")
    legal_name = factory.Sequence(lambda n: f"Client {n}")
    group_name = factory.Sequence(lambda n: f"Group_{n}")
    sip_domain = "sip.example.net"

    main_site = factory.RelatedFactory(
        "tests.factories.clients.SiteFactory",
        factory_related_name="client",
        name="Site principal",
        is_main=True,
    )


class SiteFactory(RowFactory[Site]):
    class Meta:
        model = Site

    client = factory.SubFactory(ClientFactory, main_site=None)
    name = factory.Sequence(lambda n: f"Site {n}")


class SubscriberFactory(RowFactory[Subscriber]):
    """A line on its client's main site."""

    class Meta:
        model = Subscriber

    client = factory.SubFactory(ClientFactory)
    site = factory.LazyAttribute(lambda line: line.client.sites.get(is_main=True))
    number = factory.Sequence(lambda n: f"+3397080{n:04d}")
    extension = factory.Sequence(lambda n: f"2{n:04d}")
    name = factory.Sequence(lambda n: f"Person {n}")
    presented_number = factory.SelfAttribute("number")


class PortalUserFactory(RowFactory[User]):
    """The login of a line, its password chosen."""

    class Meta:
        model = User

    subscriber = factory.SubFactory(SubscriberFactory)
    login = factory.SelfAttribute("subscriber.number")
    role = Role.SUBSCRIBER


class UserFactory(RowFactory[User]):
    """A reseller's staff."""

    class Meta:
        model = User

    login = factory.Sequence(lambda n: f"login{n}")
    name = factory.Sequence(lambda n: f"Staff {n}")
    role = Role.RESELLER
    reseller = factory.SubFactory(ResellerFactory)


class OperatorFactory(UserFactory):
    role = Role.OPERATOR
    reseller = None


class JobFactory(RowFactory[Job]):
    """A job of one row that waits for its worker."""

    class Meta:
        model = Job
        skip_postgeneration_save = True

    kind = "phones.import"
    client = factory.SubFactory(ClientFactory)
    reseller = factory.SelfAttribute("client.reseller")
    actor_label = "Someone"
    language = "fr"
    summary = "Import de lignes"
    due_at = factory.LazyFunction(timezone.now)
    total = 1

    row = factory.RelatedFactory(
        "tests.factories.clients.JobRowFactory", factory_related_name="job"
    )


class JobRowFactory(RowFactory[JobRow]):
    class Meta:
        model = JobRow

    job = factory.SubFactory(JobFactory, row=None)
    position = factory.Sequence(lambda n: n + 1)
    payload = factory.LazyFunction(lambda: {"row": 2, "number": "+33970719003", "name": "Carole"})
