"""The tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

AT = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chain",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chain")),
    )
    op.create_table(
        "failure",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("bucket", sa.String(length=80), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failure")),
    )
    with op.batch_alter_table("failure", schema=None) as batch_op:
        batch_op.create_index("ix_failure_bucket", ["bucket", "at"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("dedup_key", sa.String(length=120), nullable=True),
        sa.Column("run_at", AT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(length=64), nullable=True),
        sa.Column("leased_until", AT, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("done_at", AT, nullable=True),
        sa.Column("dead_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_job_dedup_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(
            "ix_job_due",
            ["run_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        )

    op.create_table(
        "request",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("request_id", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sa.UniqueConstraint("actor", "request_id", name=op.f("uq_request_actor")),
    )
    op.create_table(
        "shop",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("policy", sa.String(length=64), nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("origins", JSON, nullable=False),
        sa.Column("image_origins", JSON, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("handoff_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop")),
        sa.UniqueConstraint("key", name=op.f("uq_shop_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_shop_token_hash")),
    )
    op.create_table(
        "staff",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("totp_secret", sa.Text(), nullable=False),
        sa.Column("totp_step", BIG, nullable=False),
        sa.Column("disabled_at", AT, nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "staff_shop",
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "shop_id", name=op.f("pk_staff_shop")),
    )
    op.create_table(
        "customer",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("mail", sa.String(length=254), nullable=True),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_customer_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("shop_id", "external_id", name=op.f("uq_customer_shop_id")),
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index("ix_customer_mail", ["shop_id", "mail"], unique=False)
        batch_op.create_index("ix_customer_phone", ["shop_id", "phone"], unique=False)

    op.create_table(
        "one_time_code",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("destination", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("used_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_one_time_code_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
    )
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.create_index("ix_one_time_code_destination", ["destination", "created_at"], unique=False)
        batch_op.create_index("ix_one_time_code_network", ["network", "created_at"], unique=False)
        batch_op.create_index("ix_one_time_code_subject", ["shop_id", "purpose", "subject", "created_at"], unique=False)

    op.create_table(
        "policy_version",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("engine", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("published_at", AT, nullable=False),
        sa.Column("published_by", sa.String(length=80), nullable=False),
        sa.Column("effective_from", AT, nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_policy_version_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("shop_id", "name", "digest", name=op.f("uq_policy_version_shop_id")),
    )
    op.create_table(
        "shop_host",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shop_host_shop_id")),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_shop_host")),
    )
    with op.batch_alter_table("shop_host", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shop_host_shop_id"), ["shop_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("order_no", sa.String(length=64), nullable=False),
        sa.Column("case_no", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("params", JSON, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("read_at", AT, nullable=True),
        sa.Column("mailed_at", AT, nullable=True),
        sa.Column("texted_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_notice_customer_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_notice_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_customer", ["customer_id", sa.literal_column("id DESC")], unique=False)
        batch_op.create_index(
            "ix_notice_unread",
            ["customer_id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )

    op.create_table(
        "orders",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=True),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tab", sa.String(length=20), nullable=False),
        sa.Column("placed_at", AT, nullable=False),
        sa.Column("updated_at", AT, nullable=False),
        sa.Column("promised_ship_by", AT, nullable=True),
        sa.Column("pay_by", AT, nullable=True),
        sa.Column("pay_url", sa.Text(), nullable=False),
        sa.Column("payment_terms", sa.String(length=10), nullable=False),
        sa.Column("jurisdiction", sa.String(length=8), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("total_minor", BIG, nullable=False),
        sa.Column("freight_minor", BIG, nullable=False),
        sa.Column("freight_tax_minor", BIG, nullable=False),
        sa.Column("freight_returned", sa.Boolean(), nullable=False),
        sa.Column("points_earned", sa.Integer(), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("ship_to", JSON, nullable=False),
        sa.Column("discounts", JSON, nullable=False),
        sa.Column("fees", JSON, nullable=False),
        sa.Column("shipments", JSON, nullable=False),
        sa.Column("feed_refunds", JSON, nullable=False),
        sa.Column("card", JSON, nullable=False),
        sa.Column("extra", JSON, nullable=False),
        sa.Column("ship_due_at", AT, nullable=True),
        sa.Column("refund_state", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("law_version_id", BIG, nullable=True),
        sa.Column("shop_version_id", BIG, nullable=True),
        sa.Column("waiting_case", sa.String(length=32), nullable=True),
        sa.Column("after_sales", sa.Boolean(), nullable=False),
        sa.Column("cancelled_at", AT, nullable=True),
        sa.Column("cancelled_by", sa.String(length=20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("events_count", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_orders_customer_id")),
        sa.ForeignKeyConstraint(["law_version_id"], ["policy_version.id"], name=op.f("fk_orders_law_version_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_orders_shop_id")),
        sa.ForeignKeyConstraint(["shop_version_id"], ["policy_version.id"], name=op.f("fk_orders_shop_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("shop_id", "number", name=op.f("uq_orders_shop_id")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(
            "ix_orders_after_sales",
            ["customer_id", sa.literal_column("placed_at DESC"), sa.literal_column("id DESC")],
            unique=False,
            sqlite_where=sa.text("after_sales"),
            postgresql_where=sa.text("after_sales"),
        )
        batch_op.create_index(
            "ix_orders_customer",
            ["customer_id", sa.literal_column("placed_at DESC"), sa.literal_column("id DESC")],
            unique=False,
        )
        batch_op.create_index(
            "ix_orders_customer_tab",
            ["customer_id", "tab", sa.literal_column("placed_at DESC"), sa.literal_column("id DESC")],
            unique=False,
        )
        batch_op.create_index(
            "ix_orders_pay_by",
            ["pay_by"],
            unique=False,
            sqlite_where=sa.text("state = 'awaiting_payment'"),
            postgresql_where=sa.text("state = 'awaiting_payment'"),
        )
        batch_op.create_index(
            "ix_orders_shop",
            ["shop_id", sa.literal_column("placed_at DESC"), sa.literal_column("id DESC")],
            unique=False,
        )

    op.create_table(
        "session",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=True),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("order_no", sa.String(length=64), nullable=True),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("last_seen_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_session_customer_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_session_shop_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_hash")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "after_sales_case",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("case_no", sa.String(length=32), nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("outcome", JSON, nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("opened_by", sa.String(length=80), nullable=False),
        sa.Column("deadline_at", AT, nullable=True),
        sa.Column("deadline_kind", sa.String(length=32), nullable=True),
        sa.Column("escalated_at", AT, nullable=True),
        sa.Column("assignee_id", BIG, nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assignee_id"], ["staff.id"], name=op.f("fk_after_sales_case_assignee_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_after_sales_case_customer_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_after_sales_case_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_after_sales_case_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_after_sales_case")),
        sa.UniqueConstraint("case_no", name=op.f("uq_after_sales_case_case_no")),
    )
    with op.batch_alter_table("after_sales_case", schema=None) as batch_op:
        batch_op.create_index(
            "ix_case_customer",
            ["customer_id", sa.literal_column("opened_at DESC"), sa.literal_column("id DESC")],
            unique=False,
        )
        batch_op.create_index(
            "ix_case_deadline",
            ["deadline_at"],
            unique=False,
            sqlite_where=sa.text("deadline_at IS NOT NULL"),
            postgresql_where=sa.text("deadline_at IS NOT NULL"),
        )
        batch_op.create_index("ix_case_order", ["order_id"], unique=False)
        batch_op.create_index("ix_case_queue", ["shop_id", "state", "priority", "deadline_at", "id"], unique=False)
        batch_op.create_index(
            "uq_case_one_waiting_cancel",
            ["order_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'cancel' AND state = 'submitted'"),
            postgresql_where=sa.text("kind = 'cancel' AND state = 'submitted'"),
        )

    op.create_table(
        "event",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("chain", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("case_no", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("behalf", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=True),
        sa.Column("txid", BIG, server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_event_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_event_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("chain", "seq", name=op.f("uq_event_chain")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_feed", ["shop_id", "txid", "id"], unique=False)
        batch_op.create_index("ix_event_order", ["order_id", "seq"], unique=False)
        batch_op.create_index(
            "uq_event_key",
            ["shop_id", "key"],
            unique=True,
            sqlite_where=sa.text("key IS NOT NULL"),
            postgresql_where=sa.text("key IS NOT NULL"),
        )

    op.create_table(
        "order_line",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("line_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.String(length=40), nullable=False),
        sa.Column("discount_minor", BIG, nullable=False),
        sa.Column("tax_minor", BIG, nullable=False),
        sa.Column("total_minor", BIG, nullable=False),
        sa.Column("promotion", BIG, nullable=False),
        sa.Column("coupon", BIG, nullable=False),
        sa.Column("points", BIG, nullable=False),
        sa.Column("adjustment", BIG, nullable=False),
        sa.Column("points_count", sa.Integer(), nullable=False),
        sa.Column("claimed", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("shipped", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("refunded_minor", BIG, nullable=False),
        sa.Column("return_days", sa.Integer(), nullable=True),
        sa.Column("windows", JSON, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("tags", JSON, nullable=False),
        sa.Column("opened_at", AT, nullable=True),
        sa.Column("gift_of", sa.String(length=64), nullable=True),
        sa.Column("gift_value_minor", BIG, nullable=True),
        sa.Column("restriction", JSON, nullable=True),
        sa.Column("stock_problem", sa.String(length=20), nullable=True),
        sa.Column("image_url", sa.Text(), nullable=False),
        sa.Column("product_url", sa.Text(), nullable=False),
        sa.CheckConstraint("cancelled >= 0 AND cancelled <= gone", name=op.f("ck_order_line_cancelled")),
        sa.CheckConstraint(
            "claimed >= 0 AND gone >= 0 AND claimed + gone <= quantity", name=op.f("ck_order_line_units")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity")),
        sa.CheckConstraint("refunded_minor >= 0", name=op.f("ck_order_line_refunded")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_line_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_order_line_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "line_id", name=op.f("uq_order_line_order_id")),
    )
    op.create_table(
        "payment",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("payment_id", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("captured_minor", BIG, nullable=False),
        sa.Column("refunded_minor", BIG, nullable=False),
        sa.Column("in_flight_minor", BIG, nullable=False),
        sa.Column("paid_at", AT, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "refunded_minor >= 0 AND in_flight_minor >= 0 AND refunded_minor + in_flight_minor <= captured_minor",
            name=op.f("ck_payment_ceiling"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_payment_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_payment_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("order_id", "payment_id", name=op.f("uq_payment_order_id")),
    )
    op.create_table(
        "case_line",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("line_id", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("claimed", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0 AND claimed >= 0 AND claimed <= quantity", name=op.f("ck_case_line_units")),
        sa.ForeignKeyConstraint(["case_id"], ["after_sales_case.id"], name=op.f("fk_case_line_case_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_case_line_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_line")),
        sa.UniqueConstraint("case_id", "line_id", name=op.f("uq_case_line_case_id")),
    )
    op.create_table(
        "decision",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("engine", sa.Integer(), nullable=False),
        sa.Column("law_version_id", BIG, nullable=True),
        sa.Column("shop_version_id", BIG, nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["after_sales_case.id"], name=op.f("fk_decision_case_id")),
        sa.ForeignKeyConstraint(["law_version_id"], ["policy_version.id"], name=op.f("fk_decision_law_version_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_decision_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_decision_shop_id")),
        sa.ForeignKeyConstraint(["shop_version_id"], ["policy_version.id"], name=op.f("fk_decision_shop_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("ix_decision_at", ["shop_id", "at"], unique=False)
        batch_op.create_index("ix_decision_order", ["order_id"], unique=False)

    op.create_table(
        "refund",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=True),
        sa.Column("payment_row_id", BIG, nullable=False),
        sa.Column("refund_id", sa.String(length=32), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("summary", JSON, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("submitted_at", AT, nullable=True),
        sa.Column("pending_at", AT, nullable=True),
        sa.Column("failed_at", AT, nullable=True),
        sa.Column("settled_at", AT, nullable=True),
        sa.Column("arrival_from", sa.Date(), nullable=True),
        sa.Column("arrival_to", sa.Date(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_amount")),
        sa.ForeignKeyConstraint(["case_id"], ["after_sales_case.id"], name=op.f("fk_refund_case_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_refund_order_id")),
        sa.ForeignKeyConstraint(["payment_row_id"], ["payment.id"], name=op.f("fk_refund_payment_row_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_refund_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("number", name=op.f("uq_refund_number")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_refund_refund_id")),
    )
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.create_index("ix_refund_case", ["case_id"], unique=False)
        batch_op.create_index("ix_refund_order", ["order_id"], unique=False)
        batch_op.create_index("ix_refund_state", ["shop_id", "state", "created_at"], unique=False)
        batch_op.create_index(
            "uq_refund_one_in_flight",
            ["payment_row_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('submitted', 'pending')"),
            postgresql_where=sa.text("state IN ('submitted', 'pending')"),
        )

    op.create_table(
        "staff_task",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("case_id", BIG, nullable=True),
        sa.Column("refund_id", BIG, nullable=True),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("dedup_key", sa.String(length=120), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("deadline_at", AT, nullable=True),
        sa.Column("escalated_at", AT, nullable=True),
        sa.Column("done_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["after_sales_case.id"], name=op.f("fk_staff_task_case_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_staff_task_order_id")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_staff_task_refund_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_staff_task_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_task")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_staff_task_dedup_key")),
    )
    with op.batch_alter_table("staff_task", schema=None) as batch_op:
        batch_op.create_index(
            "ix_staff_task_open",
            ["shop_id", "created_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("staff_task", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_staff_task_open", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        )

    op.drop_table("staff_task")
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_refund_one_in_flight",
            sqlite_where=sa.text("state IN ('submitted', 'pending')"),
            postgresql_where=sa.text("state IN ('submitted', 'pending')"),
        )
        batch_op.drop_index("ix_refund_state")
        batch_op.drop_index("ix_refund_order")
        batch_op.drop_index("ix_refund_case")

    op.drop_table("refund")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index("ix_decision_order")
        batch_op.drop_index("ix_decision_at")

    op.drop_table("decision")
    op.drop_table("case_line")
    op.drop_table("payment")
    op.drop_table("order_line")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_event_key", sqlite_where=sa.text("key IS NOT NULL"), postgresql_where=sa.text("key IS NOT NULL")
        )
        batch_op.drop_index("ix_event_order")
        batch_op.drop_index("ix_event_feed")

    op.drop_table("event")
    with op.batch_alter_table("after_sales_case", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_case_one_waiting_cancel",
            sqlite_where=sa.text("kind = 'cancel' AND state = 'submitted'"),
            postgresql_where=sa.text("kind = 'cancel' AND state = 'submitted'"),
        )
        batch_op.drop_index("ix_case_queue")
        batch_op.drop_index("ix_case_order")
        batch_op.drop_index(
            "ix_case_deadline",
            sqlite_where=sa.text("deadline_at IS NOT NULL"),
            postgresql_where=sa.text("deadline_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_case_customer")

    op.drop_table("after_sales_case")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_staff_id"))
        batch_op.drop_index(batch_op.f("ix_session_customer_id"))

    op.drop_table("session")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_index("ix_orders_shop")
        batch_op.drop_index(
            "ix_orders_pay_by",
            sqlite_where=sa.text("state = 'awaiting_payment'"),
            postgresql_where=sa.text("state = 'awaiting_payment'"),
        )
        batch_op.drop_index("ix_orders_customer_tab")
        batch_op.drop_index("ix_orders_customer")
        batch_op.drop_index(
            "ix_orders_after_sales", sqlite_where=sa.text("after_sales"), postgresql_where=sa.text("after_sales")
        )

    op.drop_table("orders")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notice_unread", sqlite_where=sa.text("read_at IS NULL"), postgresql_where=sa.text("read_at IS NULL")
        )
        batch_op.drop_index("ix_notice_customer")

    op.drop_table("notice")
    with op.batch_alter_table("shop_host", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shop_host_shop_id"))

    op.drop_table("shop_host")
    op.drop_table("policy_version")
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.drop_index("ix_one_time_code_subject")
        batch_op.drop_index("ix_one_time_code_network")
        batch_op.drop_index("ix_one_time_code_destination")

    op.drop_table("one_time_code")
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_phone")
        batch_op.drop_index("ix_customer_mail")

    op.drop_table("customer")
    op.drop_table("staff_shop")
    op.drop_table("staff")
    op.drop_table("shop")
    op.drop_table("request")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_job_due",
            sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        )

    op.drop_table("job")
    with op.batch_alter_table("failure", schema=None) as batch_op:
        batch_op.drop_index("ix_failure_bucket")

    op.drop_table("failure")
    op.drop_table("chain")
