"""What the rules of the first gate are given: the folder, the descriptor, a resource, a file, the cells."""

from validation.subjects.descriptor import DESCRIPTOR, Descriptor, Folder, Resource
from validation.subjects.tables import Cells, DataFile, LoadedTable, TypedTable, as_one, counted, prose

__all__ = [
    "DESCRIPTOR",
    "Cells",
    "DataFile",
    "Descriptor",
    "Folder",
    "LoadedTable",
    "Resource",
    "TypedTable",
    "as_one",
    "counted",
    "prose",
]
