from clients.models.audit import AuditEvent
from clients.models.client import Client
from clients.models.platform import BarringClass, Licence, PlatformSettings
from clients.models.reseller import Reseller
from clients.models.site import Site
from clients.models.subscriber import Subscriber
from clients.models.user import User

__all__ = [
    "AuditEvent",
    "BarringClass",
    "Client",
    "Licence",
    "PlatformSettings",
    "Reseller",
    "Site",
    "Subscriber",
    "User",
]
