"""Which part of the package a row is in, so that studies stay whole: what :mod:`validation.splitting` does, by Spark's own functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from schemas.tables import TABLES
from validation.splitting import first_of_each

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

__all__ = ["NUMBER", "numbered_by_part"]

NUMBER = "_part"
"""The column that says in which part a row is."""

_PERSON, _STUDY, _FIRST = "_person", "_study", "_first"


def numbered_by_part(frames: Mapping[str, DataFrame], parts: int) -> dict[str, DataFrame]:
    """The tables that belong to studies, each row with the number of its part. Visits go with their participant, studies that share a participant
    stay together, and so do rows without a study.

    Raises ``ValueError`` for a table of studies without a column that names the study.
    """
    people = _people(frames)
    found = {}
    for name, frame in frames.items():
        fields = {f.name for f in TABLES[name].fields()}
        if "study_id" in fields:
            if "study_id" not in frame.columns:
                raise ValueError(
                    f"`{name}` has no column `study_id`, and no folder names the study; so it can't be split into studies"
                )
            found[name] = frame.withColumn(_STUDY, _text("study_id"))
        elif "participant_id" in fields:
            found[name] = _of_participants(name, frame, people)
    if people is not None:
        found = _together(found, people)
    return {name: _with_number(frame, parts) for name, frame in found.items()}


def _text(column: str) -> Column:
    from pyspark.sql import functions

    return functions.coalesce(functions.col(column), functions.lit(""))


def _people(frames: Mapping[str, DataFrame]) -> DataFrame | None:
    """The studies of each participant, one a row, if the tables say so."""
    table = frames.get("participants")
    if table is None or not {"participant_id", "study_id"} <= set(table.columns):
        return None
    return table.select(_text("participant_id").alias(_PERSON), _text("study_id").alias(_STUDY)).distinct()


def _of_participants(name: str, frame: DataFrame, people: DataFrame | None) -> DataFrame:
    from pyspark.sql import functions

    if people is None or "participant_id" not in frame.columns:
        missing = "`participant_id`" if people is not None else "`participants` beside it"
        raise ValueError(f"`{name}` has no {missing}; so it can't be split into studies")
    one = people.groupBy(_PERSON).agg(functions.min(_STUDY).alias(_STUDY))
    joined = frame.withColumn(_PERSON, _text("participant_id")).join(one, _PERSON, "left").drop(_PERSON)
    return joined.withColumn(_STUDY, _text(_STUDY))


def _together(frames: Mapping[str, DataFrame], people: DataFrame) -> dict[str, DataFrame]:
    """Studies that share a participant by the name of the first of them."""
    from pyspark.sql import functions

    shared = people.groupBy(_PERSON).agg(functions.collect_set(_STUDY).alias("studies")).where(functions.size("studies") > 1)
    first = first_of_each(row.studies for row in shared.select("studies").distinct().collect())
    if not first:
        return dict(frames)
    names = people.sparkSession.createDataFrame(list(first.items()), f"{_STUDY} string, {_FIRST} string")
    return {
        name: frame.join(functions.broadcast(names), _STUDY, "left")
        .withColumn(_STUDY, functions.coalesce(_FIRST, _STUDY))
        .drop(_FIRST)
        for name, frame in frames.items()
    }


def _with_number(frame: DataFrame, parts: int) -> DataFrame:
    from pyspark.sql import functions

    number = functions.crc32(functions.concat(functions.lit("0/"), functions.col(_STUDY)).cast("binary")) % parts
    return frame.withColumn(NUMBER, number.cast("int")).drop(_STUDY)
