"""Abilities: the list, one ability, the form that calls it, its call log and the log's export."""
