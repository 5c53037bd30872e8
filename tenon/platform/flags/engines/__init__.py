"""What a flag means for a caller: pure computation on values. Never where flags are kept."""
