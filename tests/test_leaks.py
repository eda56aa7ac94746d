"""The watch over the logs can fail: for each way in which a token or a member's words could come into a log."""

from __future__ import annotations

import re

import pytest

pytest_plugins = ("pytester",)

SAID = "The lantern stands behind the harbour"
SETUP = f"""
import logging, os, pathlib, sys
import structlog
from tests.leaks import FOLDER, WORDS
SAID = {SAID!r}
log = structlog.get_logger()
"""
LEAKS = {
    "a value of a line": "log.info('said', text=SAID)",
    "a cut value": "log.info('said', text=SAID[:40] + '…')",
    "standard error": "sys.stderr.write(SAID)",
    "a library's line": "logging.getLogger('library').warning('it was %s', SAID)",
    "another process": "pathlib.Path(os.environ[FOLDER], 'bot.log').write_text(SAID)",
    "an escaped line": "WORDS.note('お茶のあと灯台に行こうか'); sys.stderr.write(ascii('お茶のあと灯台に行こうか'))",
    "a token": "log.info('said', token='xoxb-123-456-abcdefgh')",
}
KEPT = {
    "an exception": "try:\n        int(SAID)\n    except ValueError:\n        log.exception('failed')",
    "a library's exception": "try:\n        int(SAID)\n    except ValueError as error:\n"
    "        logging.getLogger('library').exception('failed with %s', error)",
    "a key": "log.info('said', key='message:' + SAID)",
    "short words": "WORDS.note('a word'); log.info('a word')",
    "what a command prints": "print(SAID)",
}


def test_each_leak_fails_the_test_that_made_it_and_nothing_else_does(
    pytester: pytest.Pytester,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(request.config.rootpath))
    ways = LEAKS | KEPT
    tests = [f"def test_{n}():\n    WORDS.note(SAID)\n    {body}\n" for n, body in enumerate(ways.values())]
    pytester.makepyfile("\n".join([SETUP, *tests]))
    result = pytester.runpytest_subprocess("-p", "tests.leaks", "-p", "no:cacheprovider", "-rE")
    capsys.readouterr()  # the inner run's leaks are none of this one's
    failed = {int(found[1]) for line in result.outlines if (found := re.match(r"ERROR \S+::test_(\d+)", line))}
    assert {way for n, way in enumerate(ways) if n in failed} == set(LEAKS)
    assert result.parseoutcomes() == {"passed": len(ways), "errors": len(LEAKS)}
