"""Reading flags: as staff keep them, and as they are evaluated."""

from tenon.platform.flags.selectors.evaluating import evaluate, exposed, forget, is_on
from tenon.platform.flags.selectors.flags import FlagFacts, facts_of, flag_facts, flags, held_of

__all__ = ["FlagFacts", "evaluate", "exposed", "facts_of", "flag_facts", "flags", "forget", "held_of", "is_on"]
