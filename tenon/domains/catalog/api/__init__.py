"""The catalog over HTTP: what shoppers read, and what the organization's staff does."""
