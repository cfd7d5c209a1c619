import tracemalloc

import docx
import pytest

from embedcurate.errors import DamagedMedium, MediaError, MediumTooLarge, UnsupportedMedium
from embedcurate.media.text import decode

JAPANESE = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n" * 20
RUSSIAN = "Все счастливые семьи похожи друг на друга, каждая несчастлива по-своему.\n" * 20  # noqa: RUF001
FRENCH = "Longtemps, je me suis couché de bonne heure. Parfois, à peine ma bougie éteinte.\n"
ENGLISH = "It was a bright cold day in April, and the clocks were striking thirteen.\n"


@pytest.mark.parametrize(
    ("text", "encoding", "note"),
    [
        (FRENCH + JAPANESE, "utf-8", None),
        (FRENCH, "utf-8-sig", None),
        (JAPANESE, "utf-16", "utf-16"),
        (FRENCH, "utf-32", "utf-32"),
        (ENGLISH, "utf-16-le", "utf-16-le"),
        (ENGLISH, "utf-16-be", "utf-16-be"),
        (JAPANESE, "utf-16-le", "utf-16-le"),
        (FRENCH, "latin-1", "cp1252"),
        ("“Ça coûte 3 €”, dit-il.", "cp1252", "cp1252"),
        (JAPANESE, "shift_jis", "shift_jis|cp932"),
        (JAPANESE, "euc_jp", "euc_jp"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "koi8_r", "koi8_r"),
    ],
)
def test_no_character_is_lost_in_any_encoding(tmp_path, text, encoding, note):
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    document = decode(path)
    assert document.text == text
    assert document.facts.characters == len(text)
    found = (document.facts.note or "").removeprefix("read as ") or None
    assert found in (note.split("|") if note else [None])


def test_encoding_is_told_by_what_comes_late(tmp_path):
    text = ENGLISH * 5000 + FRENCH
    (tmp_path / "a.txt").write_bytes(text.encode("cp1252"))
    assert decode(tmp_path / "a.txt").text == text
    text = "x" * ((1 << 18) - 1) + "é" * 10  # a character across the border of two blocks
    (tmp_path / "a.txt").write_bytes(text.encode())
    assert decode(tmp_path / "a.txt").text == text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (bytes(range(256)) * 8, "binary"),
        (b"\1\2\3 abc" * 20, "binary"),
        (b"abc\0def\0\0\0" * 10, "binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "not plain text but a PNG picture"),
        (b"PK\x03\x04" + bytes(50), "not plain text but a ZIP archive"),
    ],
)
def test_what_holds_no_text_is_damaged(tmp_path, content, reason):
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(DamagedMedium, match=reason):
        decode(tmp_path / "a.txt")


def test_gigabyte_of_one_line_is_refused_in_little_memory(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.write(b"a" * 100)
        file.truncate(1 << 30)
    tracemalloc.start()
    with pytest.raises(MediumTooLarge, match="1,024 MiB, and a text may have 32"):
        decode(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 << 20


def test_html_gives_its_title_and_what_a_reader_sees(tmp_path):
    (tmp_path / "a.html").write_text(
        "<html><head><title>Cats &amp; dogs</title><style>p{color:red}</style></head>"
        "<body><script>alert('x')</script><h1>A <em>fine</em>\n day</h1><!-- hidden -->"
        "<p>un<b>believ</b>able</p><ul><li>one<li>two</ul></body></html>"
    )
    document = decode(tmp_path / "a.html")
    assert document.text == "Cats & dogs\nA fine day\nunbelievable\none\ntwo"
    assert document.facts.format == "HTML"


def test_html_declares_its_encoding(tmp_path):
    page = f'<meta charset="iso-8859-7"><p>{"Καλημέρα κόσμε "}</p>'
    (tmp_path / "a.html").write_bytes(page.encode("iso-8859-7"))
    document = decode(tmp_path / "a.html")
    assert document.text == "Καλημέρα κόσμε"
    assert document.facts.note == "read as iso-8859-7"


def test_deeply_nested_and_unclosed_html(tmp_path):
    (tmp_path / "a.html").write_text("<div>" * 20_000 + "deep" + "</div>" * 19_000)
    assert decode(tmp_path / "a.html").text == "deep"


def test_markdown_is_left_as_it_is(tmp_path):
    (tmp_path / "a.md").write_text("# A *title*\n\n<b>x</b>\n")
    assert decode(tmp_path / "a.md").text == "# A *title*\n\n<b>x</b>\n"


def _pdf(text):
    """Write a PDF of one page by hand."""
    stream = b"BT /F1 24 Tf 50 700 Td (" + text + b") Tj ET"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 " + font + b" >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + table
    return out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def test_pdf_gives_its_text_layer(tmp_path):
    (tmp_path / "a.pdf").write_bytes(_pdf(b"A red disc"))
    document = decode(tmp_path / "a.pdf")
    assert document.text.strip() == "A red disc"
    assert document.facts.format == "PDF"
    (tmp_path / "b.pdf").write_bytes(_pdf(b""))
    with pytest.raises(UnsupportedMedium, match="no text layer"):
        decode(tmp_path / "b.pdf")


def test_docx_gives_paragraphs_and_tables_in_order(tmp_path):
    document = docx.Document()
    document.add_paragraph("Before")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "left", "right"
    document.add_paragraph("After")
    document.save(tmp_path / "a.docx")
    assert decode(tmp_path / "a.docx").text == "Before\nleft\tright\nAfter"


@pytest.mark.parametrize("extension", ["pdf", "docx"])
def test_broken_documents_are_media_errors(tmp_path, extension):
    path = tmp_path / f"a.{extension}"
    if extension == "pdf":
        path.write_bytes(_pdf(b"A red disc"))
    else:
        document = docx.Document()
        document.add_paragraph("A red disc")
        document.save(path)
    data = path.read_bytes()
    for cut in (10, len(data) // 3, len(data) - 40):
        path.write_bytes(data[:cut])
        with pytest.raises(MediaError):
            decode(path)
    path.write_text("once upon a time")
    with pytest.raises(DamagedMedium, match="its content is not a"):
        decode(path)
