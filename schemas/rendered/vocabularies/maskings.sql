CREATE TABLE vocabulary.maskings (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.maskings IS 'Vocabulary: Who did not know the allocation.';
COMMENT ON COLUMN vocabulary.maskings."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.maskings."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.maskings."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.maskings."source" IS 'The source of the meaning.';
