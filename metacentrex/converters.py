class MacConverter:
    """A MAC in our URLs: twelve hex digits."""

    regex = "[0-9A-Fa-f]{12}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value
