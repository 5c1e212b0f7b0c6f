"""The report of a validation as one web page, with its curves drawn as SVG."""

from __future__ import annotations

from html import escape

from audit.validate.experiment import Curve, Figure
from audit.validate.record import Record
from audit.validate.report import TARGETS, bound, number, verdict_line

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 460, 300, 54, 44, 16, 150
COLOURS = ("#1b6ca8", "#b3541e", "#4b7f52", "#6d4c91", "#8a6d1f", "#555555")
TICKS = 5
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
td,th{border-bottom:1px solid #ddd;padding:.25rem .5rem;text-align:left;font-size:.9rem}
td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.miss{color:#a3260f;font-weight:600}
svg text{font-size:11px;fill:#333}
@media print{body{margin:0}h2{break-after:avoid}table,svg{break-inside:avoid}}
"""


def html(record: Record) -> str:
    """Return the page; it loads nothing from elsewhere."""
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>Validation</title><style>{STYLE}</style></head><body><main>",
        "<h1>Validation</h1>",
        f"<p>{escape(_head(record))}</p><p><strong>{escape(verdict_line(record))}</strong></p>",
    ]
    for target, text in TARGETS.items():
        figures = [figure for figure in record.figures if figure.target == target]
        if figures:
            parts.append(f"<h2>{target}: {escape(text)}</h2>{_table(figures, record.is_quick)}")
        parts += [
            _drawn(c) for e in record.entries for c in e.curves if c.title.startswith(target)
        ]
    return "".join([*parts, "</main></body></html>\n"])


def _head(record: Record) -> str:
    kind = "Quick run" if record.is_quick else "Full run"
    dates = sorted({entry.date for entry in record.entries})
    when = " to ".join(dict.fromkeys([dates[0], dates[-1]])) if dates else "nothing run"
    broken = f" The estimator was broken on purpose ({record.broken})." if record.broken else ""
    return f"{kind}, {when}, seed {record.seed}. {record.versions}.{broken}"


def _table(figures: list[Figure], is_quick: bool) -> str:
    rows = []
    for figure in figures:
        met = figure.is_met(is_quick)
        word = "<td>yes</td>" if met else '<td class="miss">no</td>'
        if figure.least is None and figure.most is None:
            word = "<td></td>"
        rows.append(
            f'<tr><td>{escape(figure.what)}</td><td class="n">{number(figure.value)}</td>'
            f'<td class="n">{escape(bound(figure, is_quick))}</td>'
            f'<td class="n">{f"{figure.trials:,}" if figure.trials else ""}</td>{word}</tr>'
        )
    head = "<tr><th>figure</th><th>value</th><th>bound</th><th>trials</th><th>met</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"


def _drawn(curve: Curve) -> str:
    """Return one chart: axes from 0, a line and dots for each series, a legend at the right."""
    points = [point for _, series in curve.series for point in series]
    if not points:
        return ""
    low = 0.0 if curve.is_diagonal else min(x for x, _ in points)
    high = 1.0 if curve.is_diagonal else max(x for x, _ in points)
    span = (high - low) or 1.0

    def place(x: float, y: float) -> tuple[float, float]:
        across = LEFT + (x - low) / span * (WIDTH - LEFT)
        return round(across, 1), round(TOP + (1.0 - y) * (HEIGHT - TOP - BOTTOM), 1)

    parts = [_axes(curve, low, high)]
    if curve.is_diagonal:
        (x1, y1), (x2, y2) = place(0.0, 0.0), place(1.0, 1.0)
        parts.append(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#999" stroke-dasharray="4"/>'
        )
    for number_, (name, series) in enumerate(curve.series):
        colour = COLOURS[number_ % len(COLOURS)]
        spots = [place(x, min(max(y, 0.0), 1.0)) for x, y in series]
        path = " ".join(f"{x},{y}" for x, y in spots)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in spots]
        parts.append(
            f'<text x="{WIDTH + 14}" y="{TOP + 14 + 18 * number_}" style="fill:{colour}">'
            f"{escape(name)}</text>"
        )
    return (
        f'<figure><figcaption>{escape(curve.title)}</figcaption><svg viewBox="0 0 {WIDTH + RIGHT} '
        f'{HEIGHT}" width="{WIDTH + RIGHT}" role="img" aria-label="{escape(curve.title)}">'
        f"{''.join(parts)}</svg></figure>"
    )


def _axes(curve: Curve, low: float, high: float) -> str:
    floor = HEIGHT - BOTTOM
    parts = [
        f'<path d="M{LEFT} {TOP}V{floor}H{WIDTH}" fill="none" stroke="#333"/>',
        f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 8}" text-anchor="middle">'
        f"{escape(curve.x)}</text>",
        f'<text transform="translate(14 {(TOP + floor) / 2}) rotate(-90)" text-anchor="middle">'
        f"{escape(curve.y)}</text>",
    ]
    for tick in range(TICKS + 1):
        share = tick / TICKS
        x, y = LEFT + share * (WIDTH - LEFT), floor - share * (floor - TOP)
        parts.append(
            f'<text x="{x:.1f}" y="{floor + 16}" text-anchor="middle">'
            f"{low + share * (high - low):.2g}</text>"
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{share:.1f}</text>'
        )
    return "".join(parts)
