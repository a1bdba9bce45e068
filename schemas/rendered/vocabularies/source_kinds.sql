CREATE TABLE vocabulary.source_kinds (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.source_kinds IS 'Vocabulary: Kinds of sources.';
COMMENT ON COLUMN vocabulary.source_kinds."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.source_kinds."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.source_kinds."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.source_kinds."source" IS 'The source of the meaning.';
