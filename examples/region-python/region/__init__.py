"""A region that publishes its rows as a card and feeds of changes: docs/regions/changes.md."""
