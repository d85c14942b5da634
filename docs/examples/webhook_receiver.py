"""Receives a shop's events (docs/webhooks.md).

`pip install standardwebhooks flask`, then `flask --app webhook_receiver run`. WEBHOOK_SECRET is what
`portal webhooks add` printed. While it is changed, WEBHOOK_OLD_SECRET may hold the one before it.
"""

import os
import sqlite3

from flask import Flask, request
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

app = Flask(__name__)
BOOKS = os.environ.get("WEBHOOK_BOOKS", "events.db")


def verified(body, headers):
    """The event, where it comes from the portal and is not minutes old; else None."""
    for name in ("WEBHOOK_SECRET", "WEBHOOK_OLD_SECRET"):
        if os.environ.get(name):
            try:
                return Webhook(os.environ[name]).verify(body, headers)
            except WebhookVerificationError:
                continue
    return None


@app.post("/hooks")
def receive():
    event = verified(request.get_data(), dict(request.headers))
    if event is None:
        return "not signed by the portal", 401
    with sqlite3.connect(BOOKS) as books:
        books.execute("CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, type TEXT, order_no TEXT)")
        # The same event may come again: its id is stored in the transaction of what it leads to.
        row = (request.headers["webhook-id"], event["type"], event["data"]["order"])
        is_new = books.execute("INSERT OR IGNORE INTO event VALUES (?, ?, ?)", row).rowcount
        if is_new and event["type"].endswith(":refund:succeeded"):
            print("refunded:", event["data"]["order"], event["data"]["data"])
    return "", 204
