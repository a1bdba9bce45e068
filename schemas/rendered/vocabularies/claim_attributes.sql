CREATE TABLE vocabulary.claim_attributes (
  "term" VARCHAR,
  "label" VARCHAR,
  "outcome" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.claim_attributes IS 'Vocabulary: What is claimed.';
COMMENT ON COLUMN vocabulary.claim_attributes."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.claim_attributes."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.claim_attributes."outcome" IS 'The outcome whose rate is claimed; null where no rate is.';
COMMENT ON COLUMN vocabulary.claim_attributes."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.claim_attributes."source" IS 'The source of the meaning.';
