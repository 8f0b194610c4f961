"""What is remembered: the model and its rules, tables, queries, migrations, city packs."""
