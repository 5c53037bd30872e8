"""Reading the audit log: lists of entries, verification of chains, and what the log has of a person."""

from tenon.platform.audit.selectors.entries import EntryFacts, entries, entries_of, entry_facts, pages

__all__ = ["EntryFacts", "entries", "entries_of", "entry_facts", "pages"]
