// Cuts the type of the figures out of the complete fonts from npm; it is compiled in:
//
//   build/fonts/figure.ttf, figure-semibold.ttf   Inter
//   build/fonts/figure-math.ttf                   what Inter lacks, from DejaVu Sans
//   build/fonts/figure-italic.ttf                 variables in formulas, as KaTeX sets them
//
// Does nothing when they are newer than this file and the lockfile. (Pages have their own faces,
// cut to what their text uses: web/site/fonts.mjs.)
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { Blob, Face } from 'harfbuzzjs';
import subsetFont from 'subset-font';

const root = new URL('..', import.meta.url);
const out = new URL('build/fonts/', root);

/** Characters from code point `first` to `last`. */
const range = (first, last) =>
  String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, i) => first + i));

const latin1 = range(0x20, 0x7e) + range(0xa0, 0xff);
const punctuation = '‐‑–—‘’‚“”„†‡•…‰′″‹›⁄\u2009\u202f';
const greek = range(0x391, 0x3a1) + range(0x3a3, 0x3a9) + range(0x3b1, 0x3c9) + 'ϑϕϵ';
const arrows = '←↑→↓↔↕↖↗↘↙↦⇐⇒⇔↺↻';
const scripts = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿᵀ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢᵣᵤᵥⱼ';
const maths = '∀∂∃∅∇∈∉∏∑−∓∗∘√∝∞∥∧∨∩∪∫∼≃≈≠≡≤≥≪≫⊂⊃⊆⊕⊗⊙⊤⊥⋅⋮⋯⌈⌉⌊⌋⟨⟩ℓℝŷ';
const symbols = '✓✗▶■□●○▲△▼▽▸▾◆◇★☆';

const figure = latin1 + punctuation + greek + arrows + scripts + maths + symbols;
const headings = latin1 + punctuation;
const variables = range(0x41, 0x5a) + range(0x61, 0x7a) + range(0x3b1, 0x3c9) + 'ϑϕϵ';

const inter = (style) =>
  new URL(`node_modules/@expo-google-fonts/inter/${style}/Inter_${style}.ttf`, root);
const katex = new URL('node_modules/katex/dist/fonts/KaTeX_Math-Italic.ttf', root);
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

/** ImGui lays out text glyph by glyph: no layout tables, no hints. */
const cut = {
  targetFormat: 'truetype',
  noHinting: true,
  noLayoutClosure: true,
  keepFeatures: [],
  dropTables: ['GSUB', 'GPOS', 'GDEF', 'DSIG', 'STAT', 'meta'],
};

async function write(name, font, text) {
  const bytes = await subsetFont(font, text, cut);
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

  const [regular, semibold, math, italic] = await Promise.all(
    [inter('400Regular'), inter('600SemiBold'), dejavu, katex].map((url) => readFile(url)),
  );
  await mkdir(out, { recursive: true });

  const [own, missing] = split(figure, regular);
  const [supplied, nowhere] = split(missing, math);
  if (nowhere) throw new Error(`neither Inter nor DejaVu Sans has: ${nowhere}`);
  await write('figure.ttf', regular, own);
  await write('figure-semibold.ttf', semibold, split(headings, semibold)[0]);
  await write('figure-italic.ttf', italic, split(variables, italic)[0]);
  await write(last, math, supplied);
}

await main();
