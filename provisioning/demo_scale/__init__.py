"""A whole platform's worth of invented data, to measure pages with and to look at: quick, and the
same for one seed.

Written in bulk, as the services would have left it; what must not be guessed (SIP accounts, the
base of phones' credentials) is drawn at random whatever the seed.
"""

from provisioning.demo_scale.making import Scale, is_made, make

__all__ = ["Scale", "is_made", "make"]
