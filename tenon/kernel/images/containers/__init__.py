"""How pictures are packed: their size before anything is decoded, and the parts worth keeping."""
