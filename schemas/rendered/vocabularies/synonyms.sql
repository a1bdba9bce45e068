CREATE TABLE vocabulary.synonyms (
  "synonym" VARCHAR,
  "vocabulary" VARCHAR,
  "means" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.synonyms IS 'Vocabulary: What people call the terms, or write for a word in them.';
COMMENT ON COLUMN vocabulary.synonyms."synonym" IS 'What people write.';
COMMENT ON COLUMN vocabulary.synonyms."vocabulary" IS 'The term''s vocabulary; null where it stands for words in terms of any.';
COMMENT ON COLUMN vocabulary.synonyms."means" IS 'The term, or words as they are in terms.';
COMMENT ON COLUMN vocabulary.synonyms."source" IS 'Where it was read.';
