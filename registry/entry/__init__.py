"""A workbook to fill in, and the package that comes of it: for people who enter a trial by hand and have a spreadsheet program."""

from __future__ import annotations
