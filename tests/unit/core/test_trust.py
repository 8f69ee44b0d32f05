"""Which kinds of updates push is trusted with."""

from hypothesis import given
from hypothesis import strategies as st

from app.core.trust import DOUBTS_KEPT, GRACE_S, Kind, Trust

TASKS, ABILITY_TASKS = Kind.TASKS, Kind.ABILITY_TASKS


def connected() -> Trust:
    """Return what is trusted of a connection that has just come up."""
    trust = Trust()
    trust.connected(True)
    return trust


def test_an_open_socket_proves_nothing() -> None:
    """R8: until a kind has been carried, it is polled."""
    assert [False] * 4 == [connected().trusted(kind) for kind in Kind]
    assert [False] * 4 == [Trust().trusted(kind) for kind in Kind]


def test_a_kind_is_trusted_once_it_was_carried_and_no_other() -> None:
    """R8: half of the kinds may be pushed."""
    trust = connected()
    trust.carried(TASKS)
    assert (True, False) == (trust.trusted(TASKS), trust.trusted(ABILITY_TASKS))


def test_another_connection_has_to_prove_itself_anew() -> None:
    """R8: what the one before carried says nothing of this one, and without one nothing is trusted."""
    trust = connected()
    trust.carried(TASKS)
    trust.connected(False)
    assert not trust.trusted(TASKS)
    trust.connected(True)
    assert not trust.trusted(TASKS)


def test_what_push_did_not_say_takes_its_trust_away() -> None:
    """R8: a read found it, and no frame came within the grace."""
    trust = connected()
    trust.carried(TASKS)
    trust.found(TASKS, "a", 10.0)
    assert (10.0 + GRACE_S, True) == (trust.deadline, trust.trusted(TASKS))
    assert not trust.expire(10.0 + GRACE_S - 0.001)
    assert trust.expire(10.0 + GRACE_S)
    assert (None, False) == (trust.deadline, trust.trusted(TASKS))


def test_a_frame_that_was_on_its_way_takes_the_doubt_away() -> None:
    """R8: an answer and a frame may overtake each other."""
    trust = connected()
    trust.carried(TASKS)
    trust.found(TASKS, "a", 10.0)
    trust.carried(TASKS, "b")
    assert trust.deadline is not None
    trust.carried(TASKS, "a")
    assert not trust.expire(100.0)
    assert trust.trusted(TASKS)


def test_a_kind_of_which_there_is_one_needs_no_key() -> None:
    """R8: whatever frame of it takes a doubt away that has none."""
    trust = connected()
    trust.carried(Kind.POINTS)
    trust.found(Kind.POINTS, "", 10.0)
    trust.carried(Kind.POINTS)
    assert trust.deadline is None


def test_the_first_of_several_reads_counts() -> None:
    """R8: finding the same again does not put the end of the grace off."""
    trust = connected()
    trust.carried(TASKS)
    trust.found(TASKS, "a", 10.0)
    trust.found(TASKS, "a", 11.0)
    assert 10.0 + GRACE_S == trust.deadline


def test_lost_trust_comes_back_with_a_frame_that_brings_something_new() -> None:
    """R8: any frame will not do, or a kind of which half is pushed would be trusted again and again."""
    trust = connected()
    trust.carried(TASKS)
    trust.found(TASKS, "a", 10.0)
    trust.expire(20.0)
    trust.carried(TASKS, "b")
    assert not trust.trusted(TASKS)
    trust.carried(TASKS, "b", changed=True)
    assert trust.trusted(TASKS)
    trust.found(TASKS, "a", 30.0)
    assert trust.expire(40.0)
    trust.carried(TASKS, "b")
    assert not trust.trusted(TASKS)


def test_nothing_is_doubted_of_a_kind_that_is_not_trusted() -> None:
    """R8: it is polled as it is."""
    trust = connected()
    trust.found(TASKS, "a", 10.0)
    assert trust.deadline is None


def test_doubts_are_bounded() -> None:
    """R8: an outage of the pushing part of a server with thousands of jobs."""
    trust = connected()
    trust.carried(TASKS)
    for number in range(DOUBTS_KEPT + 1):
        trust.found(TASKS, str(number), float(number))
    assert trust.expire(GRACE_S)
    trust.found(TASKS, "again", 0.0)
    assert trust.deadline is not None
    trust.expire(DOUBTS_KEPT - 1 + GRACE_S)
    assert trust.deadline is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["carried", "changed", "found", "expire", "up", "down"]),
            st.sampled_from(list(Kind)),
            st.sampled_from("abc"),
            st.floats(0, 5),
        )
    )
)
def test_no_trust_without_a_frame_of_this_connection(steps: list[tuple[str, Kind, str, float]]) -> None:
    """R8: whatever happens in whatever order, what is trusted was carried since the connection came up."""
    trust, now = Trust(), 0.0
    carried: set[Kind] = set()
    up = False
    for step, kind, key, passed in steps:
        now += passed
        match step:
            case "up" | "down":
                up = step == "up"
                trust.connected(up)
                carried.clear()
            case "found":
                trust.found(kind, key, now)
            case "expire":
                trust.expire(now)
            case _:
                trust.carried(kind, key, changed=step == "changed")
                carried.add(kind)
        assert {each for each in Kind if trust.trusted(each)} <= (carried if up else set())
