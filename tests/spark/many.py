"""As many outcomes as are asked for, by repeating a trial of two arms and four outcomes; one in a hundred has more events than people."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from tests.judging.test_judging import tables


def trials(outcomes: int) -> dict[str, pa.Table]:
    """The tables of ``outcomes`` / 4 trials, a study each; of every hundredth outcome the events are 41 of 40."""
    one = tables("20")
    four = pa.concat_tables([one["outcomes"]] * 4).slice(0, 4)
    days = pa.array([7.0, 7.0, 14.0, 14.0])
    arms = pc.take(one["outcomes"]["arm_id"], pa.array([0, 1, 0, 1]))
    four = _with(_with(four, "timepoint_days", days), "arm_id", arms)
    trial = {"studies": one["studies"], "arms": one["arms"], "outcomes": four}
    count = outcomes // 4
    made = {name: _repeated(rows, count) for name, rows in trial.items()}
    numbers = pa.array(range(outcomes))
    breach = pc.equal(pc.subtract(numbers, pc.multiply(pc.divide(numbers, 100), 100)), 99)
    events = pc.if_else(breach, pa.scalar(41, pa.int64()), pc.fill_null(made["outcomes"]["events"], 0))
    people = pa.array([40] * outcomes, pa.int64())
    return {**made, "outcomes": _with(_with(made["outcomes"], "events", events), "n_analysed", people), "sources": one["sources"]}


def _with(table: pa.Table, name: str, cells: pa.Array) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.append_column(name, cells) if at < 0 else table.set_column(at, name, cells)


def _repeated(rows: pa.Table, count: int) -> pa.Table:
    """The rows so many times, each time of another study."""
    height = len(rows)
    many = rows.take(pa.array(list(range(height)) * count))
    numbers = pa.array([n for n in range(count) for _ in range(height)])
    many = _with(many, "study_id", pc.binary_join_element_wise("trial", numbers.cast(pa.string()), "-"))
    if "registration_id" in many.column_names:
        ids = pc.utf8_lpad(pa.array([str(n) for n in range(count)]), 8, "0")
        many = _with(many, "registration_id", pc.binary_join_element_wise("NCT", ids, ""))
    return many
