"""Follow-up work: a row for each thing that must happen, so that no broker and no crash can lose it."""
