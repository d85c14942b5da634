"""The note of an order of Shopify, which the people there read: lines are added, what stands there stays."""

from __future__ import annotations

from portal.adapters.shopify_api import ShopifyApi, problem_of
from portal.adapters.shopify_queries import NOTE, TAG

TAG_OF_OURS = "售后"
_MOST = 5000


def append_note(api: ShopifyApi, order_id: str, before: str | None, text: str) -> str:
    """Adds `text` below what stands there already (`before`), unless it does; and tags the order, so that it can be
    filtered by. Why that was not done, "" where it was. Raises ShopifyRefusal, ProviderUnavailable."""
    if text in (before or ""):
        return ""
    note = f"{before or ''}\n{text}".strip()
    if len(note) > _MOST:
        return "the order's note at Shopify is full"
    done = api.ask(NOTE, input={"id": order_id, "note": note})["orderUpdate"]
    return problem_of(done["userErrors"]) or problem_of(
        api.ask(TAG, id=order_id, tags=[TAG_OF_OURS])["tagsAdd"]["userErrors"]
    )
