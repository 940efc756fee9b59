"""Steps from an empty database to the newest schema, one file each."""
