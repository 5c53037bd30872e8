"""The same endpoints as most projects write them: what ours are compared with. `README.md` says what it does."""
