"""`portal webhooks add | list | test | rotate | enable | replay | remove`: where a shop's events are sent."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.cli.context import deps
from portal.cli.several import Several
from portal.domain.errors import Invalid
from portal.domain.identity.access import Actor
from portal.domain.typed_url import without_query
from portal.repos.webhook_endpoints import CountedEndpoint
from portal.services.shops.manage_shops import shop_id_of
from portal.services.webhooks.add_endpoint import TypedEndpoint, add_endpoint
from portal.services.webhooks.change_endpoint import enable_endpoint, remove_endpoint, rotate_secret
from portal.services.webhooks.list_endpoints import get_endpoint, list_endpoints
from portal.services.webhooks.replay import replay_after, replay_dead
from portal.services.webhooks.try_endpoint import try_endpoint

webhooks = AppGroup("webhooks", help="Events sent on to a shop's own systems (docs/webhooks.md).")
_ID = click.argument("endpoint_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))


@webhooks.command("add", cls=Several)
@click.argument("key")
@click.argument("url")
@click.option(
    "--event",
    "kinds",
    multiple=True,
    metavar="KIND",
    help="refund:succeeded, refund:*, or a type of the feed; none is all.",
)
def add(key: str, url: str, kinds: tuple[str, ...]) -> None:
    """Sends what happens in the shop KEY to URL from now on. Prints its number and its secret, once."""
    typed = TypedEndpoint(url=url, kinds=kinds)
    try:
        endpoint_id, secret = add_endpoint(typed=typed, actor=_operator(key), deps=deps())
    except Invalid as invalid:
        raise click.ClickException(_says(invalid)) from None
    click.echo(f"Endpoint: {endpoint_id}")
    click.echo(f"Secret: {secret}")


@webhooks.command("list")
@click.argument("key")
def list_(key: str) -> None:
    """Lists the endpoints of a shop: number, state, deliveries that wait and are dead, last success, kinds, address."""
    for endpoint in list_endpoints(actor=_operator(key), deps=deps()):
        at = f"{endpoint.succeeded_at:%Y-%m-%d %H:%M}" if endpoint.succeeded_at else "never"
        counts = f"{endpoint.waiting} waiting\t{endpoint.dead} dead"
        kinds = " ".join(endpoint.kinds) or "all"
        click.echo(f"{endpoint.id}\t{_state(endpoint)}\t{counts}\t{at}\t{kinds}\t{without_query(endpoint.url)}")


@webhooks.command("test")
@click.argument("key")
@_ID
def test(key: str, endpoint_id: int) -> None:
    """Sends a signed test and prints what was answered; exits with 1 unless that was a 2xx."""
    actor = _operator(key)
    try_endpoint(endpoint_id=endpoint_id, actor=actor, deps=deps())
    found = get_endpoint(endpoint_id=endpoint_id, actor=actor, deps=deps())
    status = f"HTTP {found.test_status}" if found.test_status else "no answer"
    told = f"{found.test_problem or 'ok'}\t{status}\t{found.test_took} ms\t{found.test_said}".rstrip()
    if found.test_problem:
        raise click.ClickException(told)
    click.echo(told)


@webhooks.command("rotate")
@click.argument("key")
@_ID
def rotate(key: str, endpoint_id: int) -> None:
    """Gives it a new secret, printed once; for a day everything is signed with the old one too."""
    click.echo(f"Secret: {rotate_secret(endpoint_id=endpoint_id, actor=_operator(key), deps=deps())}")


@webhooks.command("enable")
@click.argument("key")
@_ID
def enable(key: str, endpoint_id: int) -> None:
    """Sends to it again, from where it stopped."""
    enable_endpoint(endpoint_id=endpoint_id, actor=_operator(key), deps=deps())
    click.echo(f"{endpoint_id}: on")


@webhooks.command("replay")
@click.argument("key")
@_ID
@click.option(
    "--after", "cursor", metavar="CURSOR", help="All events behind this cursor of the feed; 0-0 is its begin."
)
@click.option("--dead", is_flag=True, help="Those that were given up.")
def replay(key: str, endpoint_id: int, cursor: str | None, dead: bool) -> None:
    """Sends events again, each under the webhook-id it had."""
    actor = _operator(key)
    if (cursor is None) is not dead:
        raise click.UsageError("takes --after CURSOR or --dead")
    if cursor is None:
        count = 0
        while more := replay_dead(endpoint_id=endpoint_id, actor=actor, deps=deps()).count:
            count += more
        click.echo(f"{endpoint_id}: {count} to be sent again")
        return
    try:
        replay_after(endpoint_id=endpoint_id, cursor=cursor, actor=actor, deps=deps())
    except Invalid as invalid:
        raise click.ClickException(_says(invalid)) from None
    click.echo(f"{endpoint_id}: everything after {cursor} is to be sent again")


@webhooks.command("remove")
@click.argument("key")
@_ID
def remove(key: str, endpoint_id: int) -> None:
    """Sends it nothing any more, what waits for it neither."""
    remove_endpoint(endpoint_id=endpoint_id, actor=_operator(key), deps=deps())
    click.echo(f"{endpoint_id}: removed")


def _operator(key: str) -> Actor:
    return Actor(kind="operator", shop_id=shop_id_of(key=key, deps=deps()))


def _state(endpoint: CountedEndpoint) -> str:
    if endpoint.state == "off":
        return f"off ({endpoint.off_because})"
    return f"failing since {endpoint.failing_since:%Y-%m-%d %H:%M}" if endpoint.failing_since else "on"


_PROBLEMS = {
    "url:https": "URL must be https:// (http:// on this machine only)",
    "url:host": "URL names no host",
    "url:user": "URL must not hold a user or password",
    "url:characters": "URL holds characters that no address has",
    "url:long": "URL is too long",
    "url:many": "this shop has as many endpoints as it may: remove one first",
    "after:cursor": "CURSOR is none: take `cursor` of an event",
    "after:ahead": "CURSOR lies ahead of what was sent: nothing would be sent again",
}


def _says(invalid: Invalid) -> str:
    return "; ".join(
        _PROBLEMS.get(f"{field}:{reason}", f"{reason}: there is no such kind of event")
        for field, reason in invalid.problems
    )
