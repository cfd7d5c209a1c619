import pytest

from embedcurate.errors import ConsentNeeded
from embedcurate.indexing.sending import ask
from embedcurate.spaces.sending import CONSENT, Estimate, Sending


def test_an_estimate_says_how_much_to_whom_and_for_what_price():
    sending = Sending("api.example.com", 0.5, "May 2025")
    assert str(Estimate(sending, 3, 8_000_001)) == (
        "3 files, at most about 2,000,001 tokens, to api.example.com for about $1.00, "
        "prices of May 2025"
    )
    assert "(no price is known)" in str(Estimate(Sending("host"), 1, 1))


def test_the_environment_may_agree_and_a_callback_overrules_it(monkeypatch):
    estimate = Estimate(Sending("host"), 1, 1)
    monkeypatch.delenv(CONSENT, raising=False)
    with pytest.raises(ConsentNeeded, match=f"{CONSENT}=yes"):
        ask([estimate], None)
    ask([estimate], lambda shown: shown is estimate)
    monkeypatch.setenv(CONSENT, "yes")
    ask([estimate], None)
    with pytest.raises(ConsentNeeded):
        ask([estimate], lambda _: False)
