"""What alembic runs: the connection, already in its transaction, comes from `pbx.store.migrate`."""

from alembic import context

from pbx.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
