"""Invented data for a whole platform, to measure and look at pages: fast, and reproducible with a
seed.

Written in bulk, as the services would have left it. Secrets (SIP accounts, `uid` of phones) are
random whatever the seed.
"""

from provisioning.demo_scale.making import Scale, is_made, make

__all__ = ["Scale", "is_made", "make"]
