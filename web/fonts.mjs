// Cuts the type that pages and figures use out of the complete fonts from npm:
//
//   build/fonts/inter-{regular,semibold,italic}.woff2   pages: Latin 1, punctuation, arrows
//   build/fonts/inter-extra.woff2                       pages: the rest, regular only
//   build/fonts/inter.css                               their @font-face rules
//   build/fonts/figure.ttf, figure-semibold.ttf         figures (Dear ImGui), compiled in
//   build/fonts/figure-math.ttf                         figures: what Inter lacks, from DejaVu
//
// Does nothing when they are newer than this file and the lockfile.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { Blob, Face } from 'harfbuzzjs';
import subsetFont from 'subset-font';

const root = new URL('..', import.meta.url);
const out = new URL('build/fonts/', root);

/** Characters from code point `first` to `last`. */
const range = (first, last) =>
  String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, i) => first + i));

const latin1 = range(0x20, 0x7e) + range(0xa0, 0xff);
// Names of people who write papers: Łukasz, Schölkopf, Čech.
const latinNames = range(0x100, 0x17f);
const punctuation = '‐‑–—‘’‚“”„†‡•…‰′″‹›⁄\u2009\u202f';
const greek = range(0x391, 0x3a1) + range(0x3a3, 0x3a9) + range(0x3b1, 0x3c9) + 'ϑϕϵ';
const arrows = '←↑→↓↔↕↖↗↘↙↦⇐⇒⇔↺↻';
const scripts = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿᵀ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢᵣᵤᵥⱼ';
const maths = '∀∂∃∅∇∈∉∏∑−∓∗∘√∝∞∥∧∨∩∪∫∼≃≈≠≡≤≥≪≫⊂⊃⊆⊕⊗⊙⊤⊥⋅⋮⋯⌈⌉⌊⌋⟨⟩ℓℝŷ';
const symbols = '✓✗▶■□●○▲△▼▽▸▾◆◇★☆';

// Browsers load the extra file only on pages that use it (`unicode-range` in the style sheet).
const page = latin1 + punctuation + '←↑→↓−≈≠≤≥';
const pageExtra = latinNames + greek + scripts + maths;
const figure = latin1 + punctuation + greek + arrows + scripts + maths + symbols;
const headings = latin1 + punctuation;

const inter = (style) =>
  new URL(`node_modules/@expo-google-fonts/inter/${style}/Inter_${style}.ttf`, root);
const dejavu = new URL('node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf', root);

/** The code points that a font has glyphs for. */
function coverage(font) {
  return new Set(new Face(new Blob(font)).collectUnicodes());
}

/** Splits characters into those that the font has and those that it lacks, as two strings. */
function split(text, font) {
  const has = coverage(font);
  const all = [...new Set(text)];
  return [
    all.filter((c) => has.has(c.codePointAt(0))).join(''),
    all.filter((c) => !has.has(c.codePointAt(0))).join(''),
  ];
}

const modified = async (url) => (await stat(url).catch(() => ({ mtimeMs: 0 }))).mtimeMs;

/** Figures lay out text glyph by glyph: no layout tables, no hints. */
const forFigures = {
  targetFormat: 'truetype',
  noHinting: true,
  noLayoutClosure: true,
  keepFeatures: [],
  dropTables: ['GSUB', 'GPOS', 'GDEF', 'DSIG', 'STAT', 'meta'],
};
const forPages = {
  targetFormat: 'woff2',
  noHinting: true,
  keepFeatures: ['kern', 'mark', 'mkmk', 'ccmp', 'locl', 'calt', 'tnum'],
};

/** CSS `unicode-range` of some characters. */
function unicodeRange(text) {
  const codes = [...new Set(text)].map((c) => c.codePointAt(0)).sort((a, b) => a - b);
  const ranges = [];
  for (const code of codes) {
    const last = ranges.at(-1);
    if (last && last[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  const hex = (code) => code.toString(16).toUpperCase();
  return ranges.map(([a, b]) => (a === b ? `U+${hex(a)}` : `U+${hex(a)}-${hex(b)}`)).join(', ');
}

/** Writes a face for pages; returns its @font-face rule. */
async function writePageFace(name, font, text, weight, style) {
  const [own] = split(text, font);
  await write(`${name}.woff2`, font, own, forPages);
  return `@font-face {
  font-family: Inter;
  font-weight: ${weight};
  font-style: ${style};
  font-display: swap;
  src: url('${name}.woff2') format('woff2');
  unicode-range: ${unicodeRange(own)};
}
`;
}

async function write(name, font, text, options) {
  const bytes = await subsetFont(font, text, options);
  await writeFile(new URL(name, out), bytes);
  console.log(`fonts: ${name} ${[...text].length} characters, ${bytes.length} bytes`);
}

async function main() {
  const newest = Math.max(
    await modified(new URL(import.meta.url)),
    await modified(new URL('package-lock.json', root)),
  );
  // Written last.
  const last = 'figure-math.ttf';
  if ((await modified(new URL(last, out))) > newest) return;

  const [regular, semibold, italic, math] = await Promise.all(
    [inter('400Regular'), inter('600SemiBold'), inter('400Regular_Italic'), dejavu].map((url) =>
      readFile(url),
    ),
  );
  await mkdir(out, { recursive: true });

  const faces = [
    await writePageFace('inter-regular', regular, page, 400, 'normal'),
    await writePageFace('inter-italic', italic, page, 400, 'italic'),
    await writePageFace('inter-semibold', semibold, page, 600, 'normal'),
    await writePageFace('inter-extra', regular, pageExtra, 400, 'normal'),
  ];
  await writeFile(new URL('inter.css', out), faces.join('\n'));

  const [own, missing] = split(figure, regular);
  const [supplied, nowhere] = split(missing, math);
  if (nowhere) throw new Error(`neither Inter nor DejaVu Sans has: ${nowhere}`);
  await write('figure.ttf', regular, own, forFigures);
  await write('figure-semibold.ttf', semibold, split(headings, semibold)[0], forFigures);
  await write(last, math, supplied, forFigures);
}

await main();
