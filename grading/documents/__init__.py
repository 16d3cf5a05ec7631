"""PDF documents of grading."""
