"""The composition root: settings, URLs, entry points. No rules live here."""
