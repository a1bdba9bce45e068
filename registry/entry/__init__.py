"""A workbook to fill in, and the package that comes of it: for whoever enters a trial by hand and has a spreadsheet program."""

from __future__ import annotations
