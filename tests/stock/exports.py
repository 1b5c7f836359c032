"""Reads an export with readers of others, strictly, and prints what it holds as JSON: rows of header and cells, all as text or null."""
import csv, datetime, gzip, io, json, sys, zipfile

kind, path = sys.argv[1], sys.argv[2]
raw = open(path, "rb").read()
if raw[:2] == b"\x1f\x8b":
    raw = gzip.decompress(raw)


def lines():
    for line in raw.decode("utf-8", "strict").split("\n")[:-1]:
        yield json.loads(line)


def table(objects):
    objects = list(objects)
    names = list(objects[0]) if objects else []
    assert all(list(one) == names for one in objects), "every object has the same names"
    return [names] + [list(one.values()) for one in objects]


if kind == "csv":
    text = raw.decode("utf-8", "strict")
    assert not text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert len({len(row) for row in rows}) == 1, "every row has as many cells"
    # Between records there is CRLF, and nothing else outside of quotes.
    outside = "".join(text.split('"')[::2])
    assert outside.count("\n") == outside.count("\r\n") == outside.count("\r") == len(rows)
elif kind == "json":
    rows = table(json.loads(raw.decode("utf-8", "strict")))
elif kind == "ndjson":
    rows = table(lines())
elif kind == "xlsx":
    import openpyxl

    book = openpyxl.load_workbook(path)
    rows = []
    for sheet in book:
        cells = list(sheet.iter_rows())
        for row in cells:
            for cell in row:
                assert cell.data_type != "f", f"a formula in {cell.coordinate}"
        values = [[cell.value for cell in row] for row in cells]
        assert not rows or values[0] == rows[0], "every sheet begins with the same header"
        rows += values if not rows else values[1:]
    print(json.dumps({"sheets": book.sheetnames, "rows": rows}, default=lambda at: at.isoformat()))
    sys.exit()
elif kind == "zip":
    box = zipfile.ZipFile(path)
    assert box.testzip() is None
    rows = {name: json.loads(box.read(name)) for name in box.namelist() if name.endswith(".json")}
    rows["index.html"] = box.read("index.html").decode("utf-8", "strict")
print(json.dumps(rows))
