"""Statements of SQL: those that only ask, those that would write, and those that would read what they may not."""

from __future__ import annotations

WRITING = """
COPY arms TO '{new}'
COPY (SELECT 1) TO '{new}' (FORMAT parquet)
COPY (SELECT 1 AS a) TO '{new}' (FORMAT csv, PARTITION_BY (a))
COPY (SELECT 1) TO '{ledger}' (USE_TMP_FILE false)
COPY (SELECT 1) TO '{database}' (FORMAT csv, USE_TMP_FILE false)
COPY (SELECT 1) TO '{database}.wal' (FORMAT csv, USE_TMP_FILE false)
COPY (PIVOT arms ON role USING count(*)) TO '{new}'
COPY (PIVOT arms ON "role" USING count(*)) TO '{new}'
copy/**/(select 1)/**/to/**/'{new}'
(COPY arms TO '{new}')
COPY arms FROM '{mine}'
COPY FROM DATABASE registry TO memory
EXPORT DATABASE '{new}'
IMPORT DATABASE '{script}'
PRAGMA import_database('{script}')
ATTACH '{new}'
ATTACH '{new}' AS other
ATTACH IF NOT EXISTS '{new}' AS other
ATTACH '{database}' AS other
DETACH registry
EXPLAIN ANALYZE COPY arms TO '{new}'
EXPLAIN (ANALYZE) COPY arms TO '{new}'
EXPLAIN (ANALYZE, FORMAT json) COPY arms TO '{new}'
EXPLAIN ANALYZE COPY (PIVOT arms ON "role" USING count(*)) TO '{new}'
EXPLAIN ANALYZE ATTACH '{new}'
EXPLAIN ANALYZE CREATE TABLE memory.t AS SELECT 1
WITH x AS (COPY (SELECT 'gone') TO '{ledger}') SELECT * FROM x
WITH x AS (COPY (SELECT 'gone') TO '{new}') SELECT * FROM x
WITH x AS MATERIALIZED (COPY (SELECT 1) TO '{new}') FROM x
WITH x AS NOT MATERIALIZED (COPY (SELECT 1) TO '{new}') FROM x
WITH x(n) AS (COPY (SELECT 1) TO '{new}') FROM x
WITH a AS (SELECT 1), x AS (COPY (FROM a) TO '{new}') FROM x
WITH y AS (WITH x AS (COPY (SELECT 1) TO '{new}') FROM x) FROM y
WITH x AS (COPY (SELECT 1) TO '{database}' (FORMAT csv, USE_TMP_FILE false)) FROM x
WITH RECURSIVE x AS (COPY (SELECT 1) TO '{new}') FROM x
SELECT * FROM (WITH x AS (COPY (SELECT 1) TO '{new}') FROM x)
SELECT (WITH x AS (COPY (SELECT 1) TO '{new}') SELECT count(*) FROM x)
EXPLAIN ANALYZE WITH x AS (COPY (SELECT 1) TO '{new}') FROM x
WITH x AS (COPY (SELECT 1) TO '{new}') PIVOT x ON "Count" USING count(*)
WITH x AS (/* a */ COPY (SELECT 1) TO '{new}') PIVOT x ON "Count" USING count(*)
WITH x AS (\u00a0COPY (SELECT 1) TO '{new}') PIVOT x ON "Count" USING count(*)
WITH x AS (\u200bcopy\u200b(SELECT 1) TO '{new}') PIVOT x ON "Count" USING count(*)
WITH x AS (WITH y AS (SELECT 1) COPY (FROM y) TO '{new}') PIVOT x ON "Count" USING count(*)
EXPLAIN ANALYZE WITH x AS (COPY (SELECT 1) TO '{new}') PIVOT x ON "Count" USING count(*)
SELECT * FROM (WITH x AS (COPY (SELECT 1) TO '{new}') PIVOT x ON "Count" USING count(*))
PIVOT (WITH x AS (COPY (SELECT 1) TO '{new}') FROM x) ON "Count" USING count(*)
UNPIVOT (WITH x AS (COPY (SELECT 1) TO '{new}') FROM x) ON COLUMNS(*)
DESCRIBE WITH x AS (COPY (SELECT 1) TO '{new}') FROM x
SUMMARIZE WITH x AS (COPY (SELECT 1) TO '{new}') FROM x
SUMMARIZE (WITH x AS (COPY (SELECT 1) TO '{new}') FROM x)
DESCRIBE COPY arms TO '{new}'
FROM query('COPY (SELECT 1) TO ''{new}''')
FROM query('WITH x AS (COPY (SELECT 1) TO ''{new}'') FROM x')
FROM "query" ('FROM arms')
FROM query/* a /* b */ c */('FROM arms')
FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))
PRAGMA json_execute_serialized_sql('{}')
CALL pragma_version()
CALL enable_logging('QueryLog', storage = 'file', storage_path = '{new}')
FROM enable_logging('QueryLog', storage = 'file', storage_path = '{new}')
FROM enable_logging('QueryLog', storage = 'file', storage_path = '{out}')
FROM "enable_logging"('QueryLog', storage = 'file', storage_path = '{new}')
FROM system.main.ENABLE_LOGGING ('QueryLog', storage = 'file', storage_path = '{new}')
FROM\u00a0enable_logging\u00a0('QueryLog', storage = 'file', storage_path = '{new}')
FROM enable_logging/**/('QueryLog', storage = 'file', storage_path = '{new}')
SELECT (FROM enable_logging('QueryLog', storage = 'file', storage_path = '{new}'))
PIVOT (FROM enable_logging('QueryLog', storage = 'file', storage_path = '{new}')) ON COLUMNS(*) USING count(*)
FROM disable_logging()
FROM truncate_duckdb_logs()
FROM enable_profiling(format = 'json', save_location = '{new}.json')
FROM add_grammar_extension('x')
FROM pandas_scan(NULL)
FROM arrow_scan(NULL, NULL, NULL)
FROM python_map_function(NULL, NULL)
SET logging_storage = 'file'
SET profile_output = '{new}'
SET temp_directory = '{new}'
SET enable_external_access = true
SET allowed_directories = ['/']
SET lock_configuration = false
SET SESSION threads = 1
SET VARIABLE x = 1
RESET ALL
PRAGMA enable_profiling = 'json'
PRAGMA version
PRAGMA table_info('arms')
INSERT INTO arms SELECT * FROM arms
INSERT INTO arms PIVOT arms ON "role" USING count(*)
UPDATE arms SET label = 'x'
DELETE FROM arms
DELETE FROM arms RETURNING *
TRUNCATE arms
MERGE INTO arms USING arms b ON true WHEN MATCHED THEN DELETE
WITH x AS (INSERT INTO arms FROM arms RETURNING *) FROM x
WITH x AS (UPDATE arms SET label = 'x' RETURNING *) FROM x
WITH x AS (DELETE FROM arms RETURNING *) FROM x
WITH x AS (CREATE TABLE memory.t AS SELECT 1) FROM x
CREATE TABLE t AS SELECT 1
CREATE TABLE memory.t AS SELECT 1
CREATE TABLE memory.t AS PIVOT arms ON "role" USING count(*)
CREATE TEMP TABLE t AS SELECT 1
CREATE TEMP VIEW v AS SELECT 1
CREATE MACRO memory.m() AS 1
CREATE SCHEMA memory.s
CREATE SEQUENCE memory.q
CREATE TYPE memory.e AS ENUM ('a')
CREATE TYPE memory.e AS ENUM ('a'); FROM arms
CREATE SECRET s (TYPE s3)
CREATE PERSISTENT SECRET s (TYPE s3)
DROP TABLE arms
DROP VIEW response_rates
ALTER TABLE arms RENAME TO b
COMMENT ON TABLE arms IS 'x'
VACUUM
ANALYZE
CHECKPOINT
FORCE CHECKPOINT
BEGIN
COMMIT
USE memory
PREPARE p AS SELECT 1
EXECUTE p
DEALLOCATE p
LOAD json
INSTALL httpfs
INSTALL httpfs FROM 'https://example.org'
UPDATE EXTENSIONS
SELECT 1; SELECT 2
SELECT 1; COPY arms TO '{new}'
; ; COPY arms TO '{new}'
SELECT 1) t; COPY arms TO '{new}'; FROM (SELECT 1
SELECT 1 -- \\n); COPY arms TO '{new}'; --
SELECT 1); COPY arms TO '{new}' --
SELECT 1 INTO t
DECLARE c CURSOR FOR SELECT 1
"""
"""Statements that may not be run, a line each, whatever may be read. Those that change nothing themselves are no queries, or lead to those that do."""

READING = """
FROM '{secret}'
FROM '../secret.csv'
FROM "{secret}"
FROM 'file://{secret}'
FROM '/etc/passwd'
FROM '~/x.csv'
FROM '{mine}/../../secret.csv'
FROM 'https://example.org/x.csv'
FROM 's3://bucket/x.parquet'
FROM read_csv('{secret}')
FROM read_csv_auto('{secret}')
FROM read_csv(['{secret}'])
FROM read_csv('/dev/stdin')
FROM read_text('{secret}')
FROM read_text('/proc/self/environ')
FROM read_blob('{secret}')
FROM read_json('{secret}')
FROM read_ndjson_objects('{secret}')
FROM read_json_objects('{secret}', format = 'unstructured')
FROM read_parquet('{secret}')
FROM parquet_metadata('{secret}')
FROM parquet_schema('{secret}')
FROM sniff_csv('{secret}')
FROM read_duckdb('{secret}')
FROM glob('{secret}')
FROM glob('../*')
FROM sqlite_scan('{secret}', 't')
FROM query_table(['{secret}'])
SELECT (SELECT content FROM read_text('{secret}'))
SELECT (FROM read_text('{secret}') SELECT content) FROM arms
WITH x AS (FROM read_text('{secret}')) FROM x
FROM arms, LATERAL (FROM read_text('{secret}'))
DESCRIBE '{secret}'
DESCRIBE FROM read_csv('{secret}')
SUMMARIZE '{secret}'
SUMMARIZE FROM read_csv('{secret}')
PIVOT '{secret}' ON word USING count(*)
PIVOT (FROM read_csv('{secret}')) ON word USING count(*)
UNPIVOT (FROM read_csv('{secret}')) ON COLUMNS(*)
EXPLAIN FROM read_csv('{secret}')
EXPLAIN ANALYZE FROM read_csv('{secret}')
EXPLAIN ANALYZE PIVOT (FROM read_csv('{secret}')) ON word USING count(*)
SELECT getenv('HOME')
FROM seen
FROM con
FROM frame
"""
"""Queries for what lies elsewhere: files, the net, the environment, and variables of whoever asks."""

ASKING = """
SHOW TABLES
SHOW ALL TABLES
SHOW DATABASES
SHOW arms
SHOW TABLES FROM main
DESCRIBE
DESCRIBE arms
DESCRIBE response_rates
DESCRIBE SELECT 1
DESCRIBE (FROM arms)
SUMMARIZE arms
SUMMARIZE FROM arms
SELECT * FROM (DESCRIBE arms)
FROM (SHOW TABLES)
FROM (SUMMARIZE arms)
TABLE arms
FROM arms
FROM arms SELECT label
FROM arms SELECT label WHERE n_randomised > 1
FROM registry.main.arms
FROM registry.arms
SELECT 1
(SELECT 1)
SELECT 1;
;;SELECT 1;;
SELECT 1 -- the end
SELECT 1; -- the end
/* first */ SELECT 1 /* ; */ ;
SELECT ';' AS a, '--' AS b, '/*' AS c
SELECT 'COPY x TO y' AS a, 'é “x”' AS b
SELECT $$it's; COPY$$ AS a
SELECT E'a\\';' AS a
SELECT 1 AS "copy", 2 AS "query", 3 AS "a""b"
SELECT 1 AS a, 2 AS a
SELECT label FROM arms ORDER BY label DESC LIMIT 1
SELECT count(*), role FROM arms GROUP BY ALL HAVING count(*) > 0
SELECT * EXCLUDE (label) FROM arms
SELECT COLUMNS('.*_id') FROM arms
SELECT a.label FROM arms a JOIN studies s USING (package, study_id)
SELECT * FROM arms NATURAL JOIN studies
FROM arms a POSITIONAL JOIN studies s
FROM arms a ASOF JOIN studies s ON a.package >= s.package
SELECT label, row_number() OVER (ORDER BY label) AS n FROM arms QUALIFY n = 1
VALUES (1, 'a'), (2, 'b')
FROM (VALUES (1), (2)) t(n)
FROM range(3)
FROM generate_series(1, 3) t(n)
SELECT unnest([1, 2, 3])
SELECT 1 UNION ALL SELECT 2
SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS b
SELECT 1 EXCEPT SELECT 2
SELECT 1 INTERSECT SELECT 1
WITH a AS (FROM arms) FROM a
WITH a AS MATERIALIZED (FROM arms), b AS (FROM a) SELECT count(*) FROM b
WITH a AS (SELECT 1), b AS (WITH c AS (FROM a) FROM c) FROM b
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) FROM t
PIVOT arms ON role USING count(*)
PIVOT arms ON "role" USING count(*) GROUP BY study_id
PIVOT arms ON role IN ('placebo') USING count(*)
PIVOT (FROM outcomes) ON arm_id USING sum(events) GROUP BY definition_id ORDER BY ALL
SELECT * FROM (PIVOT arms ON role USING count(*))
WITH p AS (PIVOT arms ON role USING count(*)) FROM p
WITH a AS (FROM arms) PIVOT a ON role USING count(*)
UNPIVOT (SELECT study_id, n_randomised, year FROM studies) ON n_randomised, year INTO NAME what VALUE number
EXPLAIN SELECT 1
EXPLAIN FROM arms
EXPLAIN (FORMAT json) FROM arms
EXPLAIN (SELECT 1)
EXPLAIN PIVOT arms ON role IN ('placebo') USING count(*)
EXPLAIN ANALYZE FROM arms
EXPLAIN ANALYZE SELECT count(*) FROM response_rates
explain analyze with a as (from arms) from a
EXPLAIN (ANALYZE, FORMAT json) FROM arms
FROM response_rates
FROM comparable_rates
FROM strata
FROM pooled('response', 'ssri')
FROM vocabulary.definitions LIMIT 3
FROM duckdb_tables() SELECT table_name, comment
FROM duckdb_columns() WHERE table_name = 'arms'
FROM duckdb_settings() SELECT name LIMIT 3
FROM information_schema.tables
FROM query_table('arms')
SELECT current_database(), version()
SELECT regexp_extract(label, '[a-z]+') FROM arms
SELECT json_extract_string(key, 'study_id') FROM findings
SELECT list_transform([1, 2], lambda x: x + 1) AS more
FROM arms TABLESAMPLE 1 ROWS
FROM\u00a0arms
SELECT label FROM arms WHERE label = 'a\u00a0b'
"""
"""Queries that must be answered."""


def lines(statements: str) -> list[str]:
    """A list of statements, which stand a line each."""
    return [line.replace("\\n", "\n") for line in statements.strip().splitlines()]
