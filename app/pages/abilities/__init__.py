"""The pages of abilities, for admins: the list, one ability with its form, its call log and the log's export."""
