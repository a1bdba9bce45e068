CREATE TABLE vocabulary.rob_judgements (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.rob_judgements IS 'Vocabulary: Risk of bias, by the words of RoB 2.';
COMMENT ON COLUMN vocabulary.rob_judgements."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.rob_judgements."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.rob_judgements."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.rob_judgements."source" IS 'The source of the meaning.';
