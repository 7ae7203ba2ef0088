from keys.models.profile import Key, PhoneProfile

__all__ = ["Key", "PhoneProfile"]
