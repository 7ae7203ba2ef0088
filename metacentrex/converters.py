class MacConverter:
    """Twelve hex digits in an address of ours."""

    regex = "[0-9A-Fa-f]{12}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value
