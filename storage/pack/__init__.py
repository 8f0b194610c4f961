"""City packs: folders of TOML, read as a whole or not at all."""
