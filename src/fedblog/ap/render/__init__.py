"""Our own documents: from domain structs to JSON objects, each under the one `@context`."""
