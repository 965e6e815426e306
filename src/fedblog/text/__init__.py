"""Text: Markdown, HTML of strangers, excerpts, front matter. Nothing here does I/O."""
