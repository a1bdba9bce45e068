"""What the tables of a data package are: models, vocabularies, and what is rendered from them.

``schemas.models`` holds the pandera models, ``schemas.tables`` what is known of the tables without pandera, ``schemas.vocabulary``
the vocabularies and ``schemas.rendering`` the Table Schemas, DuckDB tables and dictionary made from them.
"""
