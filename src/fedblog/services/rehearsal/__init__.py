"""The rehearsal: what was received once is judged again, on a copy, by the program and the rules of today
(docs/decisions, "The rehearsal")."""
