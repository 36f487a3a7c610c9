"""A render calls its caller's thread back out of the user's code, and waits for its own threads."""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

from parallel_animate.system import Interrupts, RecalledError, join_despite_interrupts
from parallel_animate.system.interrupts import RECALL_SIGNAL

pytestmark = [
    pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals for threads here"),
    pytest.mark.timeout(30),
]
SIGNAL: int = RECALL_SIGNAL or 0
# Seconds that a call back may take on a machine that has much else to do.
PROMPT = 5.0


@pytest.fixture
def interrupts() -> Iterator[Interrupts]:
    with Interrupts() as entered:
        yield entered


def soon(call: Callable[[], Any], *, again: bool = False) -> threading.Thread:
    """Call something in another thread, when this one has had the time to block; or repeatedly.

    A render calls repeatedly, for code may take an exception to itself: asyncio's loop does so with
    what is raised between two of its steps.
    """

    def run() -> None:
        time.sleep(0.1)
        call()
        while again and thread in repeating:
            time.sleep(0.02)
            call()

    thread = threading.Thread(target=run)
    repeating.add(thread)
    thread.start()
    return thread


repeating: set[threading.Thread] = set()


def blocked_lock() -> None:
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def blocked_socket() -> None:
    ours, others = socket.socketpair()
    with ours, others:
        ours.recv(1)


def blocked_asyncio() -> None:
    asyncio.run(asyncio.sleep(1e6))


def busy() -> None:
    while True:
        pass


def blocked_though_it_catches() -> None:
    try:
        time.sleep(1e6)
    except Exception:
        pytest.fail("caught")


def blocked_in_a_generator() -> None:
    def items() -> Iterator[int]:
        try:
            queue.Queue[int]().get()
        finally:
            closed.append(True)
        yield 1

    closed: list[bool] = []
    try:
        next(items())
    finally:
        assert closed == [True]


BLOCKS = [
    lambda: time.sleep(1e6),
    lambda: queue.Queue[int]().get(),
    lambda: queue.SimpleQueue[int]().get(),
    lambda: threading.Event().wait(),
    lambda: subprocess.run([sys.executable, "-c", "import time; time.sleep(60)"], check=False),
    blocked_lock,
    blocked_socket,
    blocked_asyncio,
    busy,
    blocked_though_it_catches,
    blocked_in_a_generator,
]


@pytest.mark.parametrize("block", BLOCKS)
def test_the_caller_is_called_back_out_of_whatever_blocks(
    interrupts: Interrupts, block: Callable[[], Any]
) -> None:
    reached: list[bool] = []
    thread = soon(lambda: reached.append(interrupts.recall()), again=True)
    start = time.monotonic()
    try:
        with pytest.raises(RecalledError), interrupts.allowed():
            block()
    finally:
        repeating.discard(thread)
    assert time.monotonic() - start < PROMPT
    thread.join()
    assert all(reached)
    assert interrupts.recalled
    assert not interrupts.pending


def test_outside_of_a_block_nothing_is_raised_until_the_next_one(interrupts: Interrupts) -> None:
    with interrupts.allowed():
        pass
    assert not interrupts.recalled
    assert interrupts.recall()
    time.sleep(0.01)
    interrupts.check()
    assert interrupts.recalled
    for _ in range(2):
        with pytest.raises(RecalledError), interrupts.allowed():
            pytest.fail("it has begun")
    assert interrupts.recall()
    time.sleep(0.01)


def test_code_that_swallows_the_call_is_called_again(interrupts: Interrupts) -> None:
    def stubborn() -> None:
        for _ in range(3):
            try:
                time.sleep(1e6)
            except BaseException:
                swallowed.append(True)
        time.sleep(1e6)

    swallowed: list[bool] = []
    thread = soon(interrupts.recall, again=True)
    try:
        with pytest.raises(RecalledError), interrupts.allowed():
            stubborn()
    finally:
        repeating.discard(thread)
        thread.join()
    assert len(swallowed) == 3


def test_a_call_in_the_middle_of_a_finalizer_prints_nothing(
    interrupts: Interrupts, capfd: pytest.CaptureFixture[str]
) -> None:
    class Recalls:
        def __del__(self) -> None:
            interrupts.recall()

    def block() -> None:
        Recalls()
        assert interrupts.recall()
        time.sleep(1e6)

    with pytest.raises(RecalledError), interrupts.allowed():
        block()
    assert "ignored" not in capfd.readouterr().err


@pytest.mark.parametrize("number", [SIGNAL, signal.SIGINT])
def test_no_moment_of_entering_or_leaving_a_block_is_a_wrong_one(number: int) -> None:
    """A signal is raised in the block, or seen at its beginning, and never raised after it."""
    raised = inside = 0
    main = threading.main_thread().ident
    assert main is not None
    go, stop = threading.Semaphore(0), threading.Event()

    def bombard() -> None:
        while go.acquire() and not stop.is_set():
            if number == SIGNAL:
                current.recall()
            else:
                signal.pthread_kill(main, number)

    current = Interrupts()
    thread = threading.Thread(target=bombard)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    thread.start()
    try:
        for _ in range(2000):
            with Interrupts() as current:
                go.release()
                deadline = time.monotonic() + PROMPT
                while not (current.recalled or current.pending):
                    assert time.monotonic() < deadline
                    try:
                        with current.allowed():
                            pass
                    except (RecalledError, KeyboardInterrupt):
                        raised += 1
                    assert not current._raise_at_once
                # A call may still be under way: it has set the flag, and sends the signal now.
                try:
                    with current.allowed():
                        inside += 1
                except (RecalledError, KeyboardInterrupt):
                    pass
                assert not current._raise_at_once
                current._pending = None
    finally:
        sys.setswitchinterval(interval)
        stop.set()
        go.release()
        thread.join()
    assert raised
    assert not inside


@pytest.mark.parametrize("number", [SIGNAL, signal.SIGINT])
def test_a_signal_at_each_line_of_entering_and_leaving_is_raised_or_seen_later(number: int) -> None:
    """The handler is called where a trace function is, with the frame that it interrupts."""

    def once(at: int) -> tuple[str, bool, bool]:
        """Return the last place, whether it was raised there, and whether the block had begun."""
        places: list[str] = []
        begun = False
        with Interrupts() as interrupts:
            handler = signal.getsignal(number)
            assert callable(handler)

            def trace(frame: FrameType, event: str, _: Any) -> Any:
                if frame.f_globals["__name__"] != Interrupts.__module__:
                    return None
                if len(places) == at:
                    return trace
                places.append(frame.f_code.co_name)
                if len(places) == at:
                    interrupts._recalled = number == SIGNAL
                    handler(number, frame)
                return trace

            allowed = interrupts.allowed()
            sys.settrace(trace)
            try:
                with allowed:
                    begun = True
                raised = False
            except (RecalledError, KeyboardInterrupt):
                raised = True
            finally:
                sys.settrace(None)
            assert not interrupts._raise_at_once
            with contextlib.suppress(RecalledError, KeyboardInterrupt), interrupts.allowed():
                assert len(places) < at
            interrupts._pending = None
        return places[-1], raised, begun

    outcomes = {once(at) for at in range(1, 12)}
    assert outcomes == {
        ("__enter__", True, False),  # raised by the handler, or at the next line
        ("__exit__", False, True),
    }


def test_ctrl_c_just_before_a_block_is_seen_at_its_beginning() -> None:
    with Interrupts() as interrupts:
        allowed = interrupts.allowed()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt), allowed:
            pytest.fail("it has begun")
        interrupts._pending = None


def test_a_render_in_another_thread_has_the_flag_alone() -> None:
    def run() -> None:
        with Interrupts() as interrupts:
            with interrupts.allowed():
                said.append(interrupts.recall())
            said.append(interrupts.recalled)
            try:
                with interrupts.allowed():
                    pass
            except RecalledError:
                said.append("raised")

    said: list[Any] = []
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert said == [False, True, "raised"]


def test_the_handler_is_there_during_the_render_alone() -> None:
    assert signal.getsignal(SIGNAL) == signal.SIG_DFL
    with Interrupts() as interrupts:
        assert signal.getsignal(SIGNAL) != signal.SIG_DFL
    assert signal.getsignal(SIGNAL) == signal.SIG_DFL
    assert not interrupts.recall()  # and does no harm


def test_a_handler_of_the_program_is_left_alone() -> None:
    came: list[int] = []
    signal.signal(SIGNAL, lambda number, _: came.append(number))
    mine = signal.getsignal(SIGNAL)
    try:
        with Interrupts() as interrupts:
            assert signal.getsignal(SIGNAL) is mine
            assert not interrupts.recall()
            assert interrupts.recalled
        assert signal.getsignal(SIGNAL) is mine
        assert not came
    finally:
        signal.signal(SIGNAL, signal.SIG_DFL)


def test_a_handler_that_the_users_code_sets_stays() -> None:
    def mine(*_: object) -> None:
        pass

    before = signal.getsignal(signal.SIGTERM)
    try:
        with Interrupts() as interrupts:
            with interrupts.allowed():
                signal.signal(signal.SIGTERM, mine)
                signal.signal(SIGNAL, mine)
            assert not interrupts.recall()
        assert signal.getsignal(signal.SIGTERM) is mine
        assert signal.getsignal(SIGNAL) is mine
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(SIGNAL, signal.SIG_DFL)


@pytest.mark.parametrize("called", ["inner", "outer"])
def test_a_render_in_the_users_code_of_another_one_is_called_by_itself(called: str) -> None:
    with Interrupts() as outer:
        try:
            with outer.allowed():
                with Interrupts() as inner:
                    thread = soon({"inner": inner, "outer": outer}[called].recall)
                    with pytest.raises(RecalledError), inner.allowed():
                        time.sleep(1e6)
                thread.join()
                assert (inner.recalled, outer.recalled) == (called == "inner", called == "outer")
        finally:
            assert not outer._raise_at_once
        assert signal.getsignal(SIGNAL) == outer._call_back


def test_a_render_is_called_back_from_an_asyncio_loop_with_handlers_of_its_own() -> None:
    """Which has Python write each signal into a pipe of the loop's."""

    async def handles() -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR2, heard.set)
        heard.clear()
        signal.raise_signal(signal.SIGUSR2)
        await heard.wait()
        await asyncio.sleep(1e6)

    heard = asyncio.Event()
    with Interrupts() as interrupts:
        thread = soon(interrupts.recall, again=True)
        try:
            with pytest.raises(RecalledError), interrupts.allowed():
                asyncio.run(handles())
        finally:
            repeating.discard(thread)
            thread.join()
    assert heard.is_set()


def test_where_threads_take_no_signals_the_call_comes_as_an_interrupt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(signal, "pthread_kill")
    with Interrupts() as interrupts:
        thread = soon(interrupts.recall)
        with pytest.raises(RecalledError), interrupts.allowed():
            busy()
        thread.join()
        assert not interrupts.pending


# What other threads see


def test_other_threads_see_a_signal_and_can_wait_for_it(interrupts: Interrupts) -> None:
    def look() -> None:
        assert interrupts.wakeup is not None
        seen.append(interrupts.wakeup.poll(PROMPT))
        seen.append(interrupts.pending)
        try:
            interrupts.check()
        except KeyboardInterrupt:
            seen.append("raised")

    seen: list[Any] = []
    thread = threading.Thread(target=look)
    thread.start()
    os.kill(os.getpid(), signal.SIGINT)
    join_despite_interrupts(thread)
    assert seen == [True, True, "raised"]
    interrupts._pending = None  # or the render would end with it


# Waiting for threads


@pytest.mark.parametrize("entered", [True, False])
def test_a_thread_is_waited_for_though_ctrl_c_comes_again_and_again(entered: bool) -> None:
    """Thread.join() takes it for ended then, before Python 3.13."""

    def work() -> None:
        for _ in range(5):
            time.sleep(0.02)
            os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
        done.append(True)

    done: list[bool] = []
    thread = threading.Thread(target=work)
    interrupts = Interrupts()
    if entered:
        interrupts.__enter__()
    try:
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            join_despite_interrupts(thread)
    finally:
        interrupts.close()
    assert done == [True]
    assert not thread.is_alive()


def test_a_thread_that_nothing_interrupts_is_simply_waited_for() -> None:
    thread = threading.Thread(target=time.sleep, args=(0.05,))
    thread.start()
    join_despite_interrupts(thread)
    assert not thread.is_alive()
    join_despite_interrupts(thread)
