CREATE TABLE vocabulary.not_judged (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.not_judged IS 'Vocabulary: Why a claim is not judged.';
COMMENT ON COLUMN vocabulary.not_judged."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.not_judged."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.not_judged."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.not_judged."source" IS 'The source of the meaning.';
