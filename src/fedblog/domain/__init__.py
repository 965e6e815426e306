"""The nouns: frozen structs and pure rules. No I/O, no SQL, no HTTP."""
