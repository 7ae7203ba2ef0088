from phones.models.phone import Phone
from phones.models.sip import SipCredential

__all__ = ["Phone", "SipCredential"]
