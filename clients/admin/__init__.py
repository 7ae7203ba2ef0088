"""Django admin of the operator: all models, changed through the services; secrets never shown."""

from clients.admin import audit, clients, jobs, logins, subscribers, tables

__all__ = ["audit", "clients", "jobs", "logins", "subscribers", "tables"]
