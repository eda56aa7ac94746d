"""What was answered before: an inverted index, its terms and the words of each conversation.

Revision: 0002
After: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "knowledge_documents",
        sa.Column("community", sa.String(length=64), nullable=False),
        sa.Column("question_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("community", "question_id", name=op.f("pk_knowledge_documents")),
    )
    op.create_table(
        "knowledge_terms",
        sa.Column("community", sa.String(length=64), nullable=False),
        sa.Column("term", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community", "term", name=op.f("pk_knowledge_terms")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "knowledge_postings",
        sa.Column("community", sa.String(length=64), nullable=False),
        sa.Column("term", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("block", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("community", "term", "block", name=op.f("pk_knowledge_postings")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        # a row of entries fits in a page: neither compressed nor moved out, a search would have to fetch each one back
        op.execute("ALTER TABLE knowledge_postings ALTER COLUMN entries SET STORAGE PLAIN")


def downgrade() -> None:
    op.drop_table("knowledge_postings")
    op.drop_table("knowledge_terms")
    op.drop_table("knowledge_documents")
