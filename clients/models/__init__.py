from clients.models.audit import AuditEvent
from clients.models.client import Client
from clients.models.job import Job, JobRow
from clients.models.platform import BarringClass, Heartbeat, Installation, Licence, PlatformSettings
from clients.models.reseller import Reseller
from clients.models.site import Site
from clients.models.subscriber import Subscriber
from clients.models.user import User

__all__ = [
    "AuditEvent",
    "BarringClass",
    "Client",
    "Heartbeat",
    "Installation",
    "Job",
    "JobRow",
    "Licence",
    "PlatformSettings",
    "Reseller",
    "Site",
    "Subscriber",
    "User",
]
