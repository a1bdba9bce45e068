"""A release as a folder that an archive takes and other tools open: its files, and what each kind of catalogue reads of a data set."""

from registry.depositing.folder import deposit

__all__ = ["deposit"]
