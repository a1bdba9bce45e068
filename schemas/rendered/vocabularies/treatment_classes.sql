CREATE TABLE vocabulary.treatment_classes (
  "class_id" VARCHAR,
  "label" VARCHAR,
  "broader" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.treatment_classes IS 'Vocabulary: Classes of treatments.';
COMMENT ON COLUMN vocabulary.treatment_classes."class_id" IS 'The term.';
COMMENT ON COLUMN vocabulary.treatment_classes."label" IS 'The class in words.';
COMMENT ON COLUMN vocabulary.treatment_classes."broader" IS 'The class above; null where there is none.';
COMMENT ON COLUMN vocabulary.treatment_classes."description" IS 'What belongs to it, and why.';
COMMENT ON COLUMN vocabulary.treatment_classes."source" IS 'Its source.';
