CREATE TABLE vocabulary.licences (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.licences IS 'Vocabulary: Open licences, by SPDX identifier.';
COMMENT ON COLUMN vocabulary.licences."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.licences."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.licences."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.licences."source" IS 'The source of the meaning.';
