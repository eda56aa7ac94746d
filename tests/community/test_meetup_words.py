"""What organisers type besides the time."""

import pytest

from community.meetups.plan import Where
from community.meetups.words import Spot, read_cap, read_lines, read_names, read_spot


@pytest.mark.parametrize(
    ("typed", "spot"),
    [
        ("", Spot(where=Where.ONLINE)),
        ("オンライン", Spot(where=Where.ONLINE)),
        ("online", Spot(where=Where.ONLINE)),
        ("https://meet.example/a-b?c=1", Spot(where=Where.ONLINE, link="https://meet.example/a-b?c=1")),
        ("渋谷ヒカリエ 8F", Spot(where=Where.VENUE, place="渋谷ヒカリエ 8F")),
        ("渋谷ヒカリエ／オンライン", Spot(where=Where.HYBRID, place="渋谷ヒカリエ")),
        ("Online Cafe Bar", Spot(where=Where.HYBRID, place="Cafe Bar")),
        ("Onlineshop 3", Spot(where=Where.VENUE, place="Onlineshop 3")),
        ("Shibuya\u202e 1 https://x.example", Spot(where=Where.HYBRID, place="Shibuya 1", link="https://x.example")),
        ("ftp://x", Spot(where=Where.VENUE, place="ftp://x")),
    ],
)
def test_a_place_and_a_link_are_read_from_one_line(typed: str, spot: Spot) -> None:
    assert read_spot(typed) == spot


@pytest.mark.parametrize(("typed", "cap"), [("", None), ("なし", None), ("２０人", 20), ("0", 0), ("20 seats", 20)])
def test_a_number_of_seats_is_read(typed: str, cap: int | None) -> None:
    assert read_cap(typed) == cap


@pytest.mark.parametrize("typed", ["-1", "many", "1.5", "100001", "20 or 30", "٣"])
def test_what_is_no_number_of_seats_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not a number of seats"):
        read_cap(typed)


def test_lines_and_names() -> None:
    assert read_lines(" 1 One \n\n 2  Two") == ("1 One", "2 Two")
    assert read_names("Aki、Bo , Aki\nCho") == ("Aki", "Bo", "Cho")
