"""The tables of what the community has answered before: an inverted index, and each conversation's words in order.

A row of ``knowledge_postings`` holds one term's entries in one run of question ids, packed as
``storage/questions/knowledge_rows.py`` says: a row for each entry would be ten million rows at a million messages.
``knowledge_terms`` says how many conversations have a term, so that a search knows what is rare before it reads any of
them. Only one transaction at a time writes a community's index, so nobody queues at these counters.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.core import UtcTime, metadata

documents = sa.Table(
    "knowledge_documents",
    metadata,
    sa.Column("community", sa.String(64), primary_key=True),
    sa.Column("question_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("words", sa.LargeBinary, nullable=False),  # the terms' numbers in order, by field
)

terms = sa.Table(
    "knowledge_terms",
    metadata,
    sa.Column("community", sa.String(64), primary_key=True),
    sa.Column("term", sa.Integer, primary_key=True, autoincrement=False),  # a term's number: CRC-32, signed; 0: any
    sa.Column("documents", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

postings = sa.Table(
    "knowledge_postings",
    metadata,
    sa.Column("community", sa.String(64), primary_key=True),
    sa.Column("term", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("block", sa.BigInteger, primary_key=True, autoincrement=False),  # question id // BLOCK
    sa.Column("entries", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,  # one term's rows lie side by side
)
