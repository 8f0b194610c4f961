"""Units and properties: rules, parsers, texts, the engine and the queries, each held by itself."""
