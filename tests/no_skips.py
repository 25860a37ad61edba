"""Where CI=true is set everything that tests need is there, or should be: a test that is skipped is a failure."""

import os

import pytest


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: under CI=true nothing may be skipped ({why})"
