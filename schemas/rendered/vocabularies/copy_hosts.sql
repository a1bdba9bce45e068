CREATE TABLE vocabulary.copy_hosts (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.copy_hosts IS 'Vocabulary: Hosts of copies, and of servers for tests, whose addresses aren''t a source''s own.';
COMMENT ON COLUMN vocabulary.copy_hosts."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.copy_hosts."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.copy_hosts."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.copy_hosts."source" IS 'The source of the meaning.';
