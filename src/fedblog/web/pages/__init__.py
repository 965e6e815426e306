"""Pages for readers, one file per page; each has its `routes`."""
