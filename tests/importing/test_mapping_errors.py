"""Every mistake in a mapping is told with its line, and nothing is written."""

from __future__ import annotations

import json

import pytest

from registry.importing import ImportProblem, MappingError
from registry.importing.functions import NAMES

ROWS = "  sources:\n    rows:\n      - {source_id: a, kind: data-set, title: t, correction_status: unchecked"

# what is replaced, by what, the line that the error names, a part of what it says
MISTAKES = [
    ("population_id: {value: mdd}", "population_id: {value: MDD}", 20, "Did you mean `mdd`?"),
    ("label: id\n", "label: idd\n", 17, "no column `idd` here. Did you mean `id`?"),
    ("design:", "dessign:", 18, "has no field `dessign`. Did you mean `design`?"),
    ("      design: {value: parallel}\n", "", 16, "`design` of `studies` must be filled, but is missing"),
    *(
        ("design: {value: parallel}", f"design: {nothing}", 18, "`design` of `studies` must be filled, but is mapped to nothing")
        for nothing in ("", "~", "''", "{value: }", "{value: ''}")
    ),
    ("  studies:\n", "  study:\n", 12, "Did you mean `studies`?"),
    ("from: arms\n    unique", "from: armz\n    unique", 13, "no input `armz`. Did you mean `arms`?"),
    ("unique: true", "unique: yes", 14, "must be `true`, `false` or `first`"),
    ("unique: true", "uniqe: true", 14, "Did you mean `unique`?"),
    ('{template: "s{id}"}\n      label', '{template: "s{idd}"}\n      label', 16, "no column `idd`"),
    ('{template: "s{id}"}\n      label', '{template: "s{id"}\n      label', 16, "can't be read"),
    ('{template: "s{id}"}\n      label', '{template: "s{id:>9}"}\n      label', 16, "may only name a column"),
    ("map: {SSRI: ssri.unspecified, ", "map: {", 28, "`drug` is `SSRI` in 2 rows (1, 3)"),
    ("map: {SSRI: ssri.unspecified, ", "map: {SSRI: ssri, ", 28, "not a term of the vocabulary `treatments`"),
    (
        "treatment_id: {column: drug, map: {SSRI: ssri.unspecified, Placebo: placebo}}",
        "treatment_id: drug",
        28,
        "`treatment_id` is `Placebo` in row 2",
    ),
    ("n_randomised: n", "n_randomised: {column: n, map: {a: 1}, times: 7}", 31, "can't be combined"),
    ("n_randomised: n", "n_randomised: {column: drug, times: 7}", 31, "needs a decimal number"),
    ("n_randomised: n", "n_randomised: {column: n, times: seven}", 31, "must be a decimal number"),
    ("n_randomised: n", f"n_randomised: {{column: n, times: {'7' * 300}}}", 31, "more than 200 digits"),
    ("n_randomised: n", "n_randomised: {column: n, otherwise: 7}", 31, "there is no `map`"),
    ("n_randomised: n", "n_randomised: [n]", 31, "is a list"),
    ("n_randomised: n", "n_randomised: {collumn: n}", 31, "one of `column`"),
    ("n_randomised: n", "n_randomised: {value: [1]}", 31, "must be a text"),
    ("n_randomised: n", "n_randomised: n\n      label: n", 32, "is here twice"),
    ("n_randomised: n", "n_randomised: !!python/name:os.system ''", 31, "isn't allowed"),
    ("n_randomised: n", 'n_randomised: {value: "\\ud800"}', 31, "contains U+D800"),
    ("n_randomised: n", 'n_randomised: {column: drug, map: {"a\\0": b}}', 31, "contains U+0000"),
    ("version: 1.0.0", "version: '1'", 3, "semantic version"),
    ("name: small", "name: Small One", 2, "lower-case letters"),
    ("  title: A small package\n", "", 2, "has no `title`"),
    ("licenses: [{name: CC0-1.0}]", "licenses: []", 5, "has no licence"),
    ("licenses: [{name: CC0-1.0}]", "licenses: CC0", 5, "must be a list"),
    ("licenses: [{name: CC0-1.0}]", "licenses: [{title: CC0}]", 5, "neither `name` nor `path`"),
    ("licenses:", "waivers: [{rule: OUT001}]\n  licenses:", 5, "A waiver has no `where`"),
    ("licenses:", "corrections: [watch.csv]\n  licenses:", 5, "must be a map"),
    ("licenses:", "corrections: [{file: a.csv, on: 2026-05-07}]\n  licenses:", 5, "has no `sha256`"),
    ("licenses:", f"corrections: [{{file: a.csv, sha256: {'0' * 64}, on: May}}]\n  licenses:", 5, "a day such as 2026-11-27"),
    ("licenses:", "lineage: {package: large}\n  licenses:", 5, "must be a list"),
    ("licenses:", "lineage: [{package: large}]\n  licenses:", 5, "An entry of the lineage has no `relation`"),
    ("licenses:", "lineage: [{package: large, relation: cousin}]\n  licenses:", 5, "one of: `derived-from`, `same-trials`"),
    ("file: arms.csv", "file: ../arms.csv", 8, "not a path"),
    ("file: arms.csv", "file: arms.doc", 8, "must end in one of"),
    ("file: arms.csv", "file: arms.csv\n    encoding: latin9000", 9, "isn't a known"),
    *(
        ("file: arms.csv", f"file: arms.csv\n    encoding: {name}", 9, f"`{name}`, which isn't a known text encoding")
        for name in ("base64", "rot13", "hex", "undefined", "punycode", "idna")
    ),
    ("file: arms.csv", "file: arms.csv\n    encoding: utf-16", 9, "isn't utf-16: it doesn't begin with a byte order mark"),
    ("file: arms.csv", "file: arms.csv\n    sheet: x", 9, "`sheet` has no meaning for the file `arms.csv`, only for `.xlsx`"),
    ("file: arms.csv", "file: arms.xlsx\n    encoding: cp1252", 9, "only for `.csv`, `.tsv`, `.txt`"),
    ("file: arms.csv", "file: arms.parquet\n    delimiter: ';'", 9, "only for `.csv`, `.tsv`, `.txt`"),
    ("file: arms.csv", "file: arms.csv\n    delimiter: ;;", 9, "one character"),
    ("file: arms.csv", "file: arms.csv\n    delimiter: '\"'", 9, "not a quotation mark"),
    ("file: arms.csv", "file: arms.csv\n    decimal: x", 9, "one character"),
    ("sha256: SHA256", "sha256: abc", 9, "64 hexadecimal digits"),
    ("sha256: SHA256", "sha256: " + "0" * 64, 9, "expected 0000"),
    ('url: "https://example.org/arms"', "url: example.org", 10, "begins with https://"),
    ("tables:", "tables:\n" + ROWS + ", year: 1}", 14, "no field `year`"),
    ("tables:", "tables:\n" + ROWS + ", doi: [1]}", 14, "must be a text"),
    ("tables:", "tables:\n" + ROWS.replace("title: t", "title: ~") + "}", 14, "`title` of `sources` must be filled"),
    ("  arms:\n    from: arms", "  arms:\n    split: {a: b}\n    from: arms", 23, "must be a list"),
    (
        "  arms:\n    from: arms",
        "  arms:\n    split: [{a: n}, {b: n}]\n    from: arms",
        23,
        "This split and the first",
    ),
    (
        "  arms:\n    from: arms",
        "  arms:\n    split: [{n: events}]\n    from: arms",
        23,
        "must be a new name",
    ),
    ("  arms:\n    from: arms", "  arms:\n    split: [{a: nn}]\n    from: arms", 23, "no column `nn`"),
    (
        "  arms:\n    from: arms",
        "  arms:\n    join: {input: arms, on: [idd]}\n    from: arms",
        23,
        "no column `idd`",
    ),
    (
        "  arms:\n    from: arms",
        "  arms:\n    join: {input: arms, on: [id]}\n    from: arms",
        23,
        "have several rows in `arms`",
    ),
    (
        "  arms:\n    from: arms",
        "  arms:\n    keep: {where: n > 1}\n    from: arms",
        23,
        "A `keep` has no `reason`",
    ),
    (
        "  arms:\n    from: arms",
        "  arms:\n    drop: {where: n = '60', reason: r, count: 2}\n    from: arms",
        23,
        "`count` says 2, but this drops 1: 1.",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "said"), MISTAKES, ids=[m[3][:40] for m in MISTAKES])
def test_a_mistake_is_told_with_its_line(small, old: str, new: str, line: int, said: str) -> None:
    small.replace(old, new)
    with pytest.raises(MappingError) as error:
        small.run()
    told = [(number, text) for number, _, text in error.value.problems if said in text]
    assert told, error.value
    assert [number for number, _ in told] == [line] * len(told)
    assert f"mapping.yaml:{line}:" in str(error.value)
    assert not small.to.parent.exists()


def test_all_mistakes_of_a_stage_are_told_at_once(small) -> None:
    small.replace("version: 1.0.0", "version: x").replace("unique: true", "unique: x")
    with pytest.raises(MappingError) as error:
        small.run()
    assert [line for line, _, _ in error.value.problems] == [3, 14]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("- a\n- b\n", "is a list"),
        ("just words", "is `just words`"),
        ("a: [1, 2", "isn't YAML"),
        ("a: 'x", "isn't YAML"),
        ("a: *nowhere", "isn't YAML"),
        ("\x01", "isn't YAML"),
        ("package: {}\nimputs: {}\ntables: {}", "Did you mean `inputs`?"),
        ("a: &a [*a]", "nested too deeply"),
        ("[" * 5000, "nested too deeply"),
        ("{[a]: b}", "A key must be a word"),
        ("#" * 1_000_001, "at most 1,000,000 are allowed"),
        (
            "a: &a [" + "x," * 99 + "]\nb: &b [" + "*a," * 99 + "]\nc: [" + "*b," * 99 + "]",
            "unfolds into more than",
        ),
    ],
)
def test_what_is_no_mapping_is_refused(small, text: str, said: str) -> None:
    small.text = text
    small.data("a,b\n")
    with pytest.raises(ImportProblem, match=said):
        small.run()


def test_a_mapping_that_is_missing_or_no_text(small, tmp_path) -> None:
    from registry.importing import import_package

    with pytest.raises(ImportProblem, match="can't be read"):
        import_package([tmp_path], tmp_path / "none.yaml", small.to)
    (tmp_path / "bytes.yaml").write_bytes(b"a: \xff\xfe")
    with pytest.raises(ImportProblem, match="isn't UTF-8"):
        import_package([tmp_path], tmp_path / "bytes.yaml", small.to)


EXPRESSIONS = [
    ("nn + 1", "no column `nn` here. Did you mean `n`?"),
    ("n +", "syntax error"),
    ("n, events", "`row` isn't a function"),
    ("strptime(n, '%d.%m.%Y')", "it gives a time, and a field holds a day at most; cast it to DATE"),
    ("[n]", "it gives VARCHAR[], and a field holds one"),
    ("ARRAY[n]", "`ARRAY_CONSTRUCTOR` isn't an operation"),
    ("string_split(n, ';')", "it gives VARCHAR[], and a field holds one"),
    ("n) FROM arms --", "syntax error"),
    ("n, n] FROM arms --", "syntax error"),
    ("1); DROP TABLE arms; --", "can't be used"),
    ("n); SELECT (n", "one expression"),
    ("n), (n", "one expression"),
    ("n) UNION ALL (SELECT n", "one expression"),
    ("n) EXCEPT SELECT (n", "one expression"),
    ("n) INTERSECT (SELECT n", "one expression"),
    ("n) FROM (SELECT 1", "one expression"),
    ("n) WHERE (true", "one expression"),
    ("n) GROUP BY (n", "one expression"),
    ("n) HAVING (true", "one expression"),
    ("n) QUALIFY (true", "one expression"),
    ("n) LIMIT (1", "one expression"),
    ("n) ORDER BY (n", "one expression"),
    ("n) USING SAMPLE (1", "one expression"),
    ("n) WINDOW w AS (", "syntax error"),
    ("(SELECT 1)", "a subquery"),
    ("EXISTS (SELECT 1)", "a subquery"),
    ("n = ANY (SELECT 1)", "a subquery"),
    ("VALUES (1)", "a subquery"),
    ("version()", "`version` isn't a function that a mapping may use"),
    ("VERSION()", "`version` isn't"),
    ("main.version()", "`version` isn't"),
    ("random()", "`random` isn't"),
    ("now()", "`now` isn't"),
    ("today()", "`today` isn't"),
    ("current_date", "no column `current_date`"),
    ("current_user", "no column `current_user`"),
    ("current_setting('threads')", "`current_setting` isn't"),
    ("nextval('s')", "`nextval` isn't"),
    ("hash(n)", "`hash` isn't"),
    ("max(n)", "`max` isn't"),
    ("count(*)", "isn't a function"),
    ("row_number() OVER ()", "uses other rows"),
    ("lower(n) OVER ()", "uses other rows"),
    ("list_transform(string_split(n, ''), x -> x)", "`list_transform` isn't"),
    ("n -> 'a'", "a lambda"),
    ("unnest(string_split(n, ''))", "`unnest` isn't"),
    ("getenv('HOME')", "`getenv` isn't"),
    ("read_text('/etc/passwd')", "`read_text` isn't"),
    ("*", "a star"),
    ("COLUMNS(*)", "a star"),
    ("#1", "a positional reference"),
    ("rowid", "no column `rowid`"),
    ("n.lower()", "`lower` isn't"),
    ("CAST(n AS DOUBLE) / 3", "binary float"),
    ("CAST(drug AS INTEGER)", "fails on these rows"),
    ("n IN (n, CAST('x' AS DECIMAL(9, 2)))", "fails on these rows"),
    ("0.5 IN (0.5, CAST('x' AS DECIMAL(9, 2)))", "fails on these rows"),  # and not, where it stands alone
    ("CAST(n AS INTEGER[100000])", "a mapping may cast to `BOOLEAN`, `TINYINT`"),
    ("CAST(n AS TIMESTAMPTZ)", "a mapping may cast to"),
    ("n::JSON", "a mapping may cast to"),
    ("n::BIT", "a mapping may cast to"),
    ("TRY(CAST(n AS INTEGER))", "`TRY` isn't an operation"),
    ("n COLLATE NOCASE", "it contains a collate"),
    ("?", "a parameter"),
    ("$1", "a parameter"),
    ("n ** 2", "`**` isn't a function"),
    ("drug ~ 'S'", "`~` depends on the version of DuckDB; write `regexp_matches`"),
    ("'ä' || drug !~ 'S'", "`~` depends on the version of DuckDB"),
    ("drug ~ 'S' OR drug ~~ 'S%'", "`~` depends on the version of DuckDB"),
    *(
        (f"{name}", f"`{name.partition('(')[0]}` isn't a function")
        for name in (
            "lpad(n, 2000000000, 'x')",
            "rpad(n, 2000000000, 'x')",
            "repeat('x', 2000000000)",
            "format('{:>2000000000}', n)",
            "printf('%2000000000s', n)",
            "bar(1, 1, 1, 2000000000)",
            "range(1000000000)",
            "list_resize(string_split(n, ''), 1000000000)",
            "bitstring(n, 1000000000)",
            "factorial(30)",
        )
    ),
    (" || ".join(["n"] * 900), "more than 100 nested levels"),
    (" || ".join(["n"] * 5000), "more than 100 nested levels"),
    ("CASE WHEN n = '1' THEN n ELSE " * 2000 + "n" + " END" * 2000, "more than 100 nested levels"),
    ("lower(" * 1500 + "n" + ")" * 1500, "more than 100 nested levels"),
    ("NOT " * 300 + "n", "more than 100 nested levels"),
    ("n" + "[1]" * 600, "more than 100 nested levels"),
]


@pytest.mark.parametrize(("sql", "said"), EXPRESSIONS, ids=[sql[:40] for sql, _ in EXPRESSIONS])
def test_an_expression_is_one_value_of_its_own_row(small, sql: str, said: str) -> None:
    small.replace("n_randomised: n", f"n_randomised: {{sql: {json.dumps(sql)}}}")
    with pytest.raises(MappingError) as error:
        small.run()
    assert said in str(error.value)
    assert not str(error.value).endswith("?.")
    assert len(str(error.value)) < 1_500
    assert error.value.problems[0][0] == 31
    assert not small.to.exists()


def test_a_condition_must_be_a_condition(small) -> None:
    small.replace("  arms:\n    from: arms", "  arms:\n    keep: {where: n, reason: r}\n    from: arms")
    with pytest.raises(MappingError, match="must give true or false"):
        small.run()


# each with what it gives in the first row, whose drug is `SSRI`, whose n is `60` and whose weeks are `6`
ALLOWED = [
    ("drug || '-' || n", "SSRI-60"),
    ("right('000' || n, 3)", "060"),
    ("concat(" + ", ".join(["n"] * 300) + ")", "60" * 300),
    ("concat_ws('/', drug, n)", "SSRI/60"),
    ("upper(lower(trim(ltrim(rtrim(' ' || drug || ' ')))))", "SSRI"),
    ("left(drug, 2) || right(drug, 1) || substr(drug, 2, 1) || substring(drug from 1 for 1)", "SSISS"),
    ("replace(translate(reverse(drug), 'S', 's'), 'I', 'i')", "iRss"),
    ("split_part(drug, 'R', 2)", "I"),
    ("string_split(drug, 'R')[1]", "SS"),
    ("array_to_string(string_split(drug, 'S')[2:], '+')", "+RI"),
    ("strip_accents('Müller')", "Muller"),
    ("CAST(position('R' in drug) + strpos(drug, 'I') + length(drug) AS VARCHAR)", "11"),
    (
        "contains(drug, 'R') AND starts_with(drug, 'S') AND ends_with(drug, 'I') AND list_contains(['5', '60'], n)",
        "true",
    ),
    ("regexp_replace(regexp_extract(drug, '(S+)R', 1), 'S', 'x', 'g')", "xx"),
    ("regexp_matches(drug, '^S') AND regexp_full_match(drug, 'S.*') AND drug SIMILAR TO 'S+RI'", "true"),
    ("regexp_extract_all(drug, 'S|I')[3] || regexp_split_to_array(drug, 'R')[2]", "II"),
    ("drug LIKE 'S%' AND drug NOT LIKE 'x' AND drug ILIKE 's%' AND drug GLOB 'S*' AND '5%' LIKE '5x%' ESCAPE 'x'", "true"),
    ("CAST(weeks AS INTEGER) * 7 - 1 + 2 // 2 % 3", "42"),
    ("CAST(round(CAST(n AS DECIMAL(10, 2)) / 7, 2) AS DECIMAL(10, 2))", "8.57"),
    ("CAST(sqrt(CAST(n AS DOUBLE)) * 2 AS DECIMAL(9, 4))", "15.4919"),
    (
        "abs(-CAST(weeks AS INT)) + ceil(CAST(1.5 AS DECIMAL(3, 1))) + floor(CAST(1.5 AS DECIMAL(3, 1))) + mod(7, 4) + sign(-2)",
        "11",
    ),
    ("greatest(n, weeks) || least(n, weeks)", "606"),
    ("CASE n WHEN '60' THEN 'a' WHEN '61' THEN 'b' ELSE 'c' END", "a"),
    ("coalesce(nullif(n, '60'), ifnull(NULL, 'x'), if(true, 'y', 'z'))", "x"),
    ("n IN ('60', '61') AND n NOT IN ('1') AND n BETWEEN '1' AND '9' AND n IS NOT NULL AND n IS DISTINCT FROM '1'", "true"),
    ("TRY_CAST(drug AS INTEGER) IS NULL", "true"),
    ("CAST(strptime('31.01.2015', '%d.%m.%Y') AS DATE)", "2015-01-31"),
    ("strftime(make_date(2015, 1, 31), '%d/%m/%Y')", "31/01/2015"),
    (
        "date_diff('day', DATE '2015-01-31', DATE '2015-03-01') + extract(year from DATE '2015-01-31') + month(DATE '2015-01-31')",
        "2045",
    ),
    ("DATE '2015-01-31' + 29", "2015-03-01"),
    (" OR ".join(["n = '60'"] * 500), "true"),
]


@pytest.mark.parametrize(("sql", "gives"), ALLOWED, ids=[sql[:40] for sql, _ in ALLOWED])
def test_what_a_mapping_needs_is_allowed(small, sql: str, gives: str) -> None:
    small.replace("label: drug", f"label: drug\n      schedule: {{sql: {json.dumps(sql)}}}").run()
    assert small.column("arms", "schedule")[1] == gives


def test_every_function_that_is_allowed_is_used_above(small) -> None:
    used = " ".join(sql for sql, _ in ALLOWED)
    same = {
        "datediff",
        "datepart",
        "date_part",
        "ceiling",
        "trunc",
        "try_strptime",
        "day",
        "year",
        "array_extract",
        "array_slice",
        "list_value",
    }
    assert {name for name in NAMES if f"{name}(" not in used} <= same


def test_of_very_many_wrong_values_some_are_told(small) -> None:
    small.data("id,drug,n\n" + "".join(f"1,drug {n},5\n" for n in range(5_000)))
    with pytest.raises(MappingError, match=r"28:30: Left unchecked: 4,950 more values of `drug`\.") as error:
        small.run()
    assert len(error.value.problems) == 51
