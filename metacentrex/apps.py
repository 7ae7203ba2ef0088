from django.apps import AppConfig


class MetaCentrexConfig(AppConfig):
    """The infrastructure: commands, system checks and translations."""

    name = "metacentrex"
    verbose_name = "MetaCentrex"

    def ready(self) -> None:
        """Register the system checks."""
        from metacentrex import checks  # noqa: F401 - importing registers
