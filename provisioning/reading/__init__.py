"""Reads documents back and describes their settings, keys and contacts as text; only snom's XML for
now.
"""

from provisioning.reading.differences import Difference, differences
from provisioning.reading.lines import DiffLine, diff_lines
from provisioning.reading.summary import Summary, summary

__all__ = ["DiffLine", "Difference", "Summary", "diff_lines", "differences", "summary"]
