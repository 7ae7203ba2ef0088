#!/usr/bin/env python3
"""Django's command line for MetaCentrex."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "metacentrex.settings.base")
    # after the settings module is named
    from django.core.management import (
        execute_from_command_line,
    )

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
