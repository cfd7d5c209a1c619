"""Four services, each as a local server that speaks its wire format."""

import base64
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from urllib.parse import quote

import keyring
import numpy as np
import pytest
from embedcurate_plugins.api.encoder import ApiTexts
from embedcurate_plugins.api.providers import COHERE, GEMINI, OPENAI, VOYAGE
from keyring.backend import KeyringBackend
from werkzeug import Request, Response

from embedcurate.collection import Collection
from embedcurate.errors import ConsentNeeded, ServiceError, SpaceOptionError, SpaceUnavailable
from embedcurate.indexing import open_and_index
from embedcurate.search import Searcher
from embedcurate.spaces import registry
from embedcurate.spaces.encoder import SHARED
from embedcurate.spaces.sending import agreed
from embedcurate.testing import check_encoder, make_text
from tests.processes import complaint, embedcurate, with_tiny

KEY = "sk-secret-0123456789"
MODEL = "local-model"


def vector(text, role):
    """What the servers answer: a vector that tells the text and how it was asked for."""
    seed = int.from_bytes(blake2b(f"{role} {text}".encode(), digest_size=4).digest(), "big")
    return np.random.default_rng(seed).normal(size=8).astype(np.float32)


def _data(texts, role):
    rows = [base64.b64encode(vector(text, role).tobytes()).decode() for text in texts]
    data = [{"object": "embedding", "index": n, "embedding": row} for n, row in enumerate(rows)]
    return {"object": "list", "data": data[::-1], "model": MODEL, "usage": {"total_tokens": 9}}


def openai(asked):
    assert asked["encoding_format"] == "base64"
    return asked["input"], "any", _data(asked["input"], "any")


def voyage(asked):
    role = asked["input_type"]
    assert asked["truncation"] is True
    return asked["input"], role, _data(asked["input"], role)


def cohere(asked):
    role = asked["input_type"].removeprefix("search_")
    assert asked["embedding_types"] == ["float"]
    rows = [vector(text, role).tolist() for text in asked["texts"]]
    meta = {"api_version": {"version": "2"}, "billed_units": {"input_tokens": 9}}
    answer = {"id": "1", "embeddings": {"float": rows}, "texts": asked["texts"], "meta": meta}
    return asked["texts"], role, answer


def gemini(asked):
    texts = [one["content"]["parts"][0]["text"] for one in asked["requests"]]
    [role] = {one["taskType"].removeprefix("RETRIEVAL_").lower() for one in asked["requests"]}
    assert {one["model"] for one in asked["requests"]} == {"models/gemini-embedding-001"}
    return texts, role, {"embeddings": [{"values": vector(one, role).tolist()} for one in texts]}


SERVICES = {
    "openai": (OPENAI, "text-embedding-3-small", "/embeddings", openai, "dimensions"),
    "voyage": (VOYAGE, "voyage-3.5", "/embeddings", voyage, "output_dimension"),
    "cohere": (COHERE, "embed-v4.0", "/embed", cohere, "output_dimension"),
    "gemini": (
        GEMINI,
        "gemini-embedding-001",
        "/models/gemini-embedding-001:batchEmbedContents",
        gemini,
        "outputDimensionality",
    ),
}


@pytest.fixture(autouse=True)
def without_keys(monkeypatch):
    for name in ("OPENAI_API_KEY", "COHERE_API_KEY", "CO_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EMBEDCURATE_API_KEY", KEY)
    monkeypatch.setenv("EMBEDCURATE_SEND", "yes")


class Service:
    """A server that answers as one of the services does, and remembers what it was asked."""

    def __init__(self, httpserver, name):
        self.provider, self.model, path, self._speak, self.dimension = SERVICES[name]
        self.requests, self.texts, self.waits, self.answers = [], [], [], iter(())
        self.url = httpserver.url_for("")
        httpserver.expect_request(path, "POST").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.requests.append(request)
        for answer in self.answers:
            return answer
        texts, _, answer = self._speak(request.json)
        self.texts.append(texts)
        return Response(json.dumps(answer), content_type="application/json")

    def refuses(self, status, said=None, headers=None, times=1):
        body = json.dumps({} if said is None else said)
        answer = Response(body, status, headers, content_type="application/json")
        self.answers: Iterator[Response] = iter([answer] * times)

    def encoder(self, dimension=8, **options):
        return ApiTexts(
            self.provider,
            self.model,
            dimension=dimension,
            url=self.url,
            wait=self.waits.append,
            **options,
        )


@pytest.fixture(params=SERVICES)
def service(request, httpserver):
    return Service(httpserver, request.param)


@pytest.fixture
def openai_service(httpserver):
    return Service(httpserver, "openai")


def test_each_service_is_asked_in_its_own_words_and_its_vectors_come_in_order(service):
    encoder = service.encoder()
    found = encoder.encode(["one", "two"])[SHARED]
    asked = encoder.encode_queries(["one"])[SHARED]
    roles = ("any", "any") if service.provider is OPENAI else ("document", "query")
    expected = np.stack([vector("one", roles[0]), vector("two", roles[0]), vector("one", roles[1])])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert np.concatenate([found, asked]) == pytest.approx(expected, abs=1e-6)
    sent = service.requests[0]
    name = "x-goog-api-key" if service.provider is GEMINI else "Authorization"
    assert sent.headers[name].removeprefix("Bearer ") == KEY
    body = sent.json["requests"][0] if service.provider is GEMINI else sent.json
    assert body[service.dimension] == 8
    assert body["model"].endswith(service.model)
    assert encoder.fingerprint == f"{service.provider.name}/{service.model}/8"


def test_each_encoder_conforms_that_its_entry_point_offers(service):
    name = f"{service.provider.name}?dimension=8&url={quote(service.url)}"
    check_encoder(registry.load(name).text)


def test_requests_keep_to_the_limits_and_blank_texts_are_not_sent(openai_service):
    few = ["a", " \n", *map(str, range(300))]
    rows = openai_service.encoder().encode(few)[SHARED]
    assert [len(texts) for texts in openai_service.texts] == [128, 128, 45]
    assert (rows[1] == np.float32(8**-0.5)).all()
    openai_service.texts.clear()
    openai_service.encoder().encode(["word " * 140_000] * 3)
    assert [len(texts) for texts in openai_service.texts] == [2, 1]


def test_long_texts_are_cut_between_words(openai_service):
    text = "The quick brown fox jumps over the lazy dog. " * 100
    parts = [text[int(p.start) : int(p.end)] for p in openai_service.encoder().passages(text)]
    assert len(parts) > 2
    assert all(part.endswith("dog. ") for part in parts)
    assert all(part.split()[0] in text.split() for part in parts)


def test_a_service_that_says_when_to_come_again_is_obeyed(openai_service):
    openai_service.refuses(429, headers={"Retry-After": "7"})
    openai_service.encoder().encode(["a"])
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    openai_service.refuses(503, headers={"Retry-After": then})
    openai_service.encoder().encode(["a"])
    assert openai_service.waits[0] == 7
    assert 60 < openai_service.waits[1] <= 90


def test_gemini_says_when_to_come_again_in_its_answer(httpserver):
    service = Service(httpserver, "gemini")
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17.5s"}
    service.refuses(429, {"error": {"code": 429, "message": "quota", "details": [{}, info]}})
    service.encoder().encode(["a"])
    assert service.waits == [17.5]


def test_waits_double_and_vary_until_it_gives_up(service):
    service.refuses(503, times=99)
    with pytest.raises(ServiceError, match=r"fails with status 503\. Try later"):
        service.encoder().encode(["a"])
    assert len(service.requests) == 6
    for tried, wait in enumerate(service.waits):
        assert 0.5 * 2**tried <= wait <= 1.5 * 2**tried


@pytest.mark.parametrize(
    ("status", "said", "headers", "sentence"),
    [
        (
            401,
            {"error": {"message": f"bad key {KEY}"}},
            {},
            r"refuses the key \('bad key \*\*\*'\)",
        ),
        (
            400,
            {"error": {"message": "API key not valid."}},
            {},
            "refuses the key.*Check OPENAI_API",
        ),
        (400, {"message": "too long"}, {}, r"status 400 \('too long'\)\. Check the model"),
        (422, {"detail": "no such model"}, {}, r"status 422 \('no such model'\)"),
        (402, {}, {}, "quota is spent"),
        (429, {"error": {"code": "insufficient_quota", "message": "m"}}, {}, "quota is spent"),
        (429, {}, {"Retry-After": "3600"}, "takes no more requests now. Try in 3600 s"),
        (302, {}, {"Location": "http://localhost/"}, "refuses the request with status 302"),
    ],
)
def test_a_refusal_that_waiting_does_not_help_is_told_at_once(
    openai_service, status, said, headers, sentence
):
    openai_service.refuses(status, said, headers)
    with pytest.raises(ServiceError, match=sentence) as told:
        openai_service.encoder().encode(["a"])
    assert openai_service.waits == []
    assert KEY not in str(told.value)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("<html>", "something else than JSON"),
        ('{"data": [{"index": 0}]}', r"not known here \(KeyError"),
        ('{"data": [{"index": 0, "embedding": [1, 2, 3]}]}', "3 numbers, not 8"),
        ('{"data": []}', "gave 0 usable vectors for 1 texts"),
        ('{"data": [{"index": 0, "embedding": [1,1,1,1,1,1,1,NaN]}]}', "1 usable vectors"),
    ],
)
def test_an_answer_that_makes_no_sense_is_told(openai_service, body, sentence):
    openai_service.answers = iter([Response(body)])
    with pytest.raises(ServiceError, match=sentence):
        openai_service.encoder().encode(["a"])


def test_a_network_that_is_not_there_is_told_at_once_and_waited_for_later(openai_service):
    with socket.create_server(("localhost", 0)) as silent:
        port = silent.getsockname()[1]
        openai_service.url = f"http://localhost:{port}"
        with pytest.raises(ServiceError, match="did not answer within 0 s"):
            openai_service.encoder(timeout_s=0.05).encode(["a"])
        assert openai_service.waits == []
        encoder = openai_service.encoder(timeout_s=0.05)
        encoder._client._has_answered = True
        with pytest.raises(ServiceError, match="Check the network"):
            encoder.encode(["a"])
        assert len(openai_service.waits) == 5
    with pytest.raises(ServiceError, match=r"can't be reached .* Check the network"):
        openai_service.encoder().encode(["a"])


class Memory(KeyringBackend):
    priority = 1
    kept = {("embedcurate", "CO_API_KEY"): "from the keyring"}  # noqa: RUF012

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        raise NotImplementedError

    delete_password = set_password


def test_keys_come_from_the_environment_or_the_keyring(monkeypatch):
    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    try:
        assert registry.installed()["cohere"].problem() is None
        with pytest.raises(
            SpaceUnavailable, match=r"no key in OPENAI_API_KEY.*Set OPENAI_API_KEY, or run: keyring"
        ):
            registry.load("openai")
    finally:
        keyring.set_keyring(before)
    monkeypatch.setenv("OPENAI_API_KEY", "from the environment")
    assert registry.load("openai").text.sending.host == "api.openai.com"


def test_the_services_own_key_is_never_sent_to_another_server(openai_service, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    monkeypatch.delenv("EMBEDCURATE_API_KEY")
    openai_service.encoder().encode(["a"])
    assert "Authorization" not in openai_service.requests[0].headers


@pytest.mark.parametrize(
    "name",
    [
        "openai:new-model",
        "openai?dimension=-1",
        "openai?price=x",
        "openai?url=ftp://a",
        "openai?key=1",
    ],
)
def test_options_that_make_no_sense_get_a_sentence(name):
    with pytest.raises(SpaceOptionError, match="does not take"):
        registry.load(name)


def test_an_encoder_sends_items_only_if_that_is_agreed_to(openai_service, monkeypatch):
    monkeypatch.delenv("EMBEDCURATE_SEND")
    encoder = openai_service.encoder()
    with pytest.raises(ConsentNeeded, match=r"2 media, to localhost:\d+\. Nothing was sent"):
        encoder.encode(["a", "b"])
    encoder.encode(["", " "])  # of which there is nothing to send
    assert openai_service.requests == []
    with agreed():
        encoder.encode(["a"])
    encoder.encode_queries(["b"])
    assert openai_service.texts == [["a"], ["b"]]


def test_nothing_is_sent_before_the_user_agrees_and_no_key_is_stored(
    httpserver, tmp_path, monkeypatch
):
    monkeypatch.delenv("EMBEDCURATE_SEND")
    service = Service(httpserver, "voyage")
    with make_text(tmp_path / "texts" / "one.txt").open("r+b") as large:
        large.truncate(40_000_000)
    make_text(tmp_path / "texts" / "two.txt", "a red disc")
    space = f"voyage:{MODEL}?dimension=8&price=0.5&url={quote(service.url)}"
    collection, sources = tmp_path / "collection", [tmp_path / "texts"]
    with pytest.raises(
        ConsentNeeded, match=r"2 files, at most about 10,00[0-9],[0-9]{3} tokens.*\$5\.00.*--y"
    ):
        open_and_index(collection, sources, space=space)
    (tmp_path / "texts" / "one.txt").unlink()
    shown = []

    def refuse(estimate):
        shown.append((estimate.files, estimate.sending.host))
        assert 3 < estimate.tokens < 3000  # of the file, and of the neutral texts
        return False

    with pytest.raises(ConsentNeeded):
        open_and_index(collection, sources, space=space, consent=refuse)
    assert shown == [(1, service.url.removeprefix("http://").rstrip("/"))]
    assert service.requests == []
    assert not collection.exists()
    _, report = open_and_index(collection, sources, space=space, consent=lambda _: True)
    assert report.ok == 1
    assert service.texts == [["a red disc"]]
    _, again = open_and_index(collection, sources)  # of what is known nothing is sent
    assert again.reused == 1
    Searcher(Collection.open(collection)).find("a disc")
    assert [request.json["input_type"] for request in service.requests] == ["document", "query"]
    files = [path for path in collection.rglob("*") if path.is_file()]
    assert files
    assert not any(KEY.encode() in path.read_bytes() for path in files)


def test_the_command_line_asks_for_yes(openai_service, tmp_path, monkeypatch):
    monkeypatch.delenv("EMBEDCURATE_SEND")
    make_text(tmp_path / "texts" / "two.txt", "a red disc")
    env = with_tiny(tmp_path / "plugins")
    space = f"openai:{MODEL}?dimension=8&url={quote(openai_service.url)}"
    asked = ("index", tmp_path / "collection", tmp_path / "texts", "--space", space)
    said = complaint(*asked, env=env)
    assert "(no price is known). Nothing was sent. Agree with --yes" in said
    assert openai_service.requests == []
    done = embedcurate(*asked, "--yes", env=env)
    assert "Sending 1 files, at most about " in done.stderr
    assert openai_service.texts == [["a red disc"]]
