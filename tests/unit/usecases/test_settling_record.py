"""The endpoint's item while a promoted release keeps the previous variant."""

from __future__ import annotations

from dataclasses import replace

from slipway.domain.lease import EndpointRecord, Lease
from slipway.domain.settling import Settling, promote, retire, revert, settled
from tests.fakes.make import drop, lease, live

OLD, NEW = live(drop("1")), live(drop("2", minute=1))


def promoted() -> EndpointRecord:
    return promote(EndpointRecord("churn", live=OLD), NEW, until="later", config="both")


def test_a_promoted_release_is_live_and_keeps_the_previous_one() -> None:
    record = promoted()
    assert record.live == NEW
    assert record.settling == Settling(NEW.release, OLD, "later", config="both")
    assert record.state == "settling"


def test_promoting_again_changes_nothing() -> None:
    assert promote(promoted(), NEW, until="later still", config="both") == promoted()


def test_a_first_release_has_nothing_to_settle() -> None:
    record = promote(EndpointRecord("churn"), NEW, until="later", config="both")
    assert (record.settling, record.state) == (None, "serving")


def test_going_back_swaps_both_sides_once() -> None:
    back = revert(promoted(), NEW.release, now="soon")
    assert back is not None
    assert back.live == OLD
    wanted = Settling(OLD.release, NEW, "soon", config="both", reverted=True)
    assert back.settling == wanted
    assert revert(back, OLD.release, now="soon") is None
    assert revert(back, NEW.release, now="soon") is None


def test_there_is_no_way_back_to_a_variant_that_is_being_taken_away() -> None:
    assert revert(retire(promoted()), NEW.release, now="soon") is None
    assert revert(settled(promoted()), NEW.release, now="soon") is None
    assert retire(settled(promoted())) == settled(promoted())


def test_a_newer_release_that_holds_the_lease_shows_as_releasing() -> None:
    own = Lease("settle-execution", NEW.release, "now")
    assert replace(promoted(), lease=own).state == "settling"
    assert replace(promoted(), lease=lease(drop("3", minute=2))).state == "releasing"
