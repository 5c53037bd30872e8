"""Pure computation: where a notification may lead, and the links that switch one off."""
