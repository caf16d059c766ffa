"""The driver against a model of the register map, which breaks where a test asks for it."""

from __future__ import annotations

import pytest
from models import FakeBoard

from sluice_host import Accelerator, Build, SluiceError, Transport


@pytest.fixture
def fake(build: Build) -> FakeBoard:
    return FakeBoard(build)


def open_fake(fake: FakeBoard) -> Accelerator:
    return Accelerator(fake.build, Transport(fake, fake))


def test_receives_before_it_sends_and_stops_at_the_end(fake: FakeBoard) -> None:
    fake.result = b"\x07"
    with open_fake(fake) as accelerator:
        assert accelerator.classify([bytes(784)] * 5) == [7] * 5
    names = [name for name, _ in fake.log]
    assert names[:4] == ["start", "command", "errors", "control"]
    assert names.index("arm") < names.index("send")
    assert names.count("arm") == names.count("send") == 5
    assert fake.log[-1] == ("control", 0)
    assert fake.closed


@pytest.mark.parametrize(
    ("register", "value", "code", "says"),
    [
        ("id", 0xFFFF_FFFF, "not-an-accelerator", "0xffffffff"),
        ("version", 0x0002_0000, "registers-version", "version 2, the build's of version 1"),
        ("build_hash_low", 0x0000_BEEF, "wrong-build", "0000beef"),
    ],
)
def test_nothing_is_written_to_another_board(fake: FakeBoard, register: str, value: int, code: str, says: str) -> None:
    fake.put(register, value)
    with pytest.raises(SluiceError) as caught:
        open_fake(fake)
    assert caught.value.code == code
    assert says in caught.value.message
    assert code != "wrong-build" or fake.build.build_hash in caught.value.message
    assert (fake.log, fake.closed) == ([], True)


def test_a_newer_minor_version_is_no_matter(fake: FakeBoard) -> None:
    fake.put("version", 0x0001_0009)
    open_fake(fake).close()


@pytest.mark.parametrize("size", [97, 99, 0])
def test_frames_of_another_size_are_not_sent(fake: FakeBoard, size: int) -> None:
    with open_fake(fake) as accelerator, pytest.raises(SluiceError, match=f"frame 1 has {size} bytes, not 98"):
        accelerator.run([bytes(98), bytes(size)])
    assert "send" not in [name for name, _ in fake.log]


def test_a_result_of_another_size_is_an_error(fake: FakeBoard) -> None:
    fake.result = b"\x01\x02"
    with open_fake(fake) as accelerator, pytest.raises(SluiceError, match="2 bytes, not 1"):
        accelerator.run([bytes(98)])


@pytest.mark.parametrize(
    ("takes", "gives", "says"),
    [
        (1 << 30, 1, "1 of 3 results after 0.05 s without one. The accelerator has taken 3 frames and given 1 results"),
        (1 << 30, 1, "frames are inside, most stalled is dense2 with 900 cycles"),
        (0, 0, "it waits for frames: the transport sends none"),
    ],
)
def test_a_timeout_says_what_the_counters_show(fake: FakeBoard, takes: int, gives: int, says: str) -> None:
    fake.takes, fake.gives = takes, gives
    fake.put("stalled_dense2", 900)
    with open_fake(fake) as accelerator, pytest.raises(SluiceError) as caught:
        accelerator.run([bytes(98)] * 3, timeout=0.05)
    assert caught.value.code == "timeout"
    assert says in caught.value.message


def test_a_timeout_tells_frames_that_do_not_arrive(fake: FakeBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fake, "send", lambda frame: True)
    with open_fake(fake) as accelerator, pytest.raises(SluiceError, match="3 were sent: frames do not arrive"):
        accelerator.run([bytes(98)] * 3, timeout=0.05)


def test_a_timeout_tells_a_frame_of_which_a_part_came(fake: FakeBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    def begin(frame: bytes) -> bool:
        fake.put("status", 1)
        return True

    monkeypatch.setattr(fake, "send", begin)
    with open_fake(fake) as accelerator, pytest.raises(SluiceError, match="begun and waits for its rest"):
        accelerator.run([bytes(98)], timeout=0.05)


def test_a_timeout_tells_results_that_do_not_arrive(fake: FakeBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fake, "receive", lambda: None)
    with open_fake(fake) as accelerator, pytest.raises(SluiceError, match=r"2 results .* that do not arrive here"):
        accelerator.run([bytes(98)] * 2, timeout=0.05)


def test_a_timeout_tells_an_accelerator_that_was_reset(fake: FakeBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    def reset(frame: bytes) -> bool:
        fake.put("control", 0)
        return True

    monkeypatch.setattr(fake, "send", reset)
    with open_fake(fake) as accelerator, pytest.raises(SluiceError, match="not enabled: something has reset it"):
        accelerator.run([bytes(98)], timeout=0.05)


def test_faulty_frames_are_told_by_name(fake: FakeBoard) -> None:
    with open_fake(fake) as accelerator:
        fake.put("errors", 0b101)
        fake.put("frames_faulty", 2)
        with pytest.raises(SluiceError, match="2 of 3 frames arrived faulty: frame_short, frame_keep"):
            accelerator.run([bytes(98)] * 3)
        accelerator.clear()
        assert accelerator.run([bytes(98)]) == [b"\0"]


def test_a_carry_between_the_halves_of_the_cycles(fake: FakeBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    low, high = (fake.build.registers[name].offset for name in ("cycles_low", "cycles_high"))
    cycles = iter([0x1_FFFF_FFFE, 0x1_FFFF_FFFF, 0x2_0000_0001, 0x2_0000_0002, 0x2_0000_0003])
    plain = fake.read

    def read(offset: int) -> int:
        if offset == low:
            return next(cycles) & 0xFFFF_FFFF
        return next(cycles) >> 32 if offset == high else plain(offset)

    with open_fake(fake) as accelerator:
        monkeypatch.setattr(fake, "read", read)
        # High 1, low ffffffff, high 2: again, with high 2.
        assert accelerator.counters().cycles == 0x2_0000_0002


def test_a_hung_accelerator_is_told(fake: FakeBoard) -> None:
    fake.put("status", 1)
    with pytest.raises(SluiceError) as caught:
        Accelerator(fake.build, Transport(fake, fake, timeout=0.05))
    assert caught.value.code == "accelerator-hung"
    # What ends a frame of which only a part came.
    assert ("send", 1) in fake.log
    assert fake.closed
