"""Files that people and products put here: what they are, whose they are, where the bytes lie."""
