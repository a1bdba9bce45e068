CREATE TABLE vocabulary.publications (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.publications IS 'Vocabulary: Whether results were published.';
COMMENT ON COLUMN vocabulary.publications."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.publications."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.publications."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.publications."source" IS 'The source of the meaning.';
