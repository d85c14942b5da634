"""The merchant rail's other side (docs/integrate.md): a shop's own system that moves money when the portal asks it to.

    SECRET=whsec_… python3 docs/examples/receiver.py 9000

Python's standard library only. Put your own way of paying into `pay`; everything else can stay.
"""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = base64.b64decode(os.environ["SECRET"].removeprefix("whsec_"))
BOOKS = sqlite3.connect(os.environ.get("BOOKS", "refunds.db"), isolation_level=None)
BOOKS.execute("CREATE TABLE IF NOT EXISTS refund (number TEXT PRIMARY KEY, answer TEXT NOT NULL)")


def pay(refund):
    """Gives `refund["amount"]` of the payment `refund["reference"]` back. What it returns is the portal's answer."""
    return {"state": "succeeded", "reference": f"own-{refund['refund']}"}


def is_signed(headers, body):
    """By the secret that only the portal has (Standard Webhooks), and not more than five minutes ago."""
    try:
        is_new = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    except (TypeError, ValueError):
        return False
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = "v1," + base64.b64encode(hmac.new(KEY, said, hashlib.sha256).digest()).decode()
    given = (headers["webhook-signature"] or "").split()
    return is_new and any(hmac.compare_digest(right, one) for one in given)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if not is_signed(self.headers, body):
            return self.answer(401, {})
        message = json.loads(body)
        if message["type"] != "refund.requested":
            return self.answer(200, {})
        number = message["data"]["refund"]
        if self.known(number) is None:
            # Written down before anything is paid: the same number again is the same refund, whatever happens here.
            BOOKS.execute("INSERT INTO refund VALUES (?, ?)", (number, json.dumps({"state": "pending"})))
            paid = json.dumps(pay(message["data"]))
            BOOKS.execute("UPDATE refund SET answer = ? WHERE number = ?", (paid, number))
        return self.answer(200, self.known(number))

    def do_GET(self):
        """`query_url`: what became of a number."""
        known = self.known(self.path.rpartition("/")[2])
        return self.answer(200, known) if known else self.answer(404, {})

    def known(self, number):
        row = BOOKS.execute("SELECT answer FROM refund WHERE number = ?", (number,)).fetchone()
        return json.loads(row[0]) if row else None

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
