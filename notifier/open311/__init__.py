"""Open311 GeoReport v2: filing with a body's own server. Nothing is imported here: `client` needs aiohttp."""
