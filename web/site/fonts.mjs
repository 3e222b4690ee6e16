// The faces of the site, cut down to the characters that its pages show.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import subsetFont from 'subset-font';

const require = createRequire(import.meta.url);
const read = (specifier) => readFile(require.resolve(specifier));

/** Always included, so that typing a note or a number never falls back to another face. */
const basic =
  Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('') + '–—‘’“”…×·−±≈≤≥→←';

const weights = { min: 400, max: 650 };
const textFaces = [
  {
    file: 'source-serif-4.woff2',
    from: '@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2',
    family: 'Source Serif 4',
    weight: '400 650',
    style: 'normal',
    axes: { wght: weights },
    features: ['kern', 'liga', 'lnum', 'tnum'],
  },
  {
    file: 'source-serif-4-italic.woff2',
    from: '@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-italic.woff2',
    family: 'Source Serif 4',
    weight: '400',
    style: 'italic',
    axes: { wght: 400 },
    features: ['kern', 'liga'],
  },
  {
    file: 'inter.woff2',
    from: '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
    family: 'Inter',
    weight: '400 650',
    style: 'normal',
    axes: { wght: weights },
    features: ['kern', 'liga', 'tnum'],
  },
];

/** KaTeX's faces and the classes that ask for them (node_modules/katex/dist/katex.css); `size3` alone
 * is a size of letters. */
const mathFaces = [
  ['Main-Regular', 'KaTeX_Main', 'normal', 'normal', ['katex']],
  ['Main-Bold', 'KaTeX_Main', 'bold', 'normal', ['mathbf', 'textbf']],
  ['Main-Italic', 'KaTeX_Main', 'normal', 'italic', ['mathit', 'textit']],
  ['Math-Italic', 'KaTeX_Math', 'normal', 'italic', ['mathnormal']],
  ['Math-BoldItalic', 'KaTeX_Math', 'bold', 'italic', ['boldsymbol']],
  ['AMS-Regular', 'KaTeX_AMS', 'normal', 'normal', ['amsrm', 'mathbb', 'textbb']],
  ['Caligraphic-Regular', 'KaTeX_Caligraphic', 'normal', 'normal', ['mathcal']],
  ['Fraktur-Regular', 'KaTeX_Fraktur', 'normal', 'normal', ['mathfrak', 'textfrak']],
  ['Script-Regular', 'KaTeX_Script', 'normal', 'normal', ['mathscr', 'textscr']],
  ['SansSerif-Regular', 'KaTeX_SansSerif', 'normal', 'normal', ['mathsf', 'textsf']],
  ['Typewriter-Regular', 'KaTeX_Typewriter', 'normal', 'normal', ['mathtt', 'texttt']],
  ['Size1-Regular', 'KaTeX_Size1', 'normal', 'normal', ['delimsizing size1', 'op-symbol']],
  ['Size2-Regular', 'KaTeX_Size2', 'normal', 'normal', ['delimsizing size2', 'large-op']],
  ['Size3-Regular', 'KaTeX_Size3', 'normal', 'normal', ['delimsizing size3']],
  ['Size4-Regular', 'KaTeX_Size4', 'normal', 'normal', ['delimsizing size4', 'delim-size4']],
];

/**
 * @param {string[]} pages the HTML of all pages
 * @returns {Promise<{files: Map<string, Buffer>, css: string}>} woff2 files by name, and the
 *   @font-face rules, with addresses relative to css/
 */
export async function makeFonts(pages) {
  const html = pages.join('\n');
  const text = basic + characters(html);
  const files = new Map();
  const rules = [];
  for (const face of textFaces) {
    const shown = face.style === 'italic' ? characters(emphasised(html)) : text;
    files.set(face.file, await subset(face.from, shown, face.axes, face.features));
    rules.push(fontFace(face));
  }
  const math = characters(formulas(html)) + '0123456789';
  for (const [name, family, weight, style] of mathFaces) {
    const file = `KaTeX_${name}.woff2`;
    if (!asksFor(html, file)) continue;
    files.set(file, await subset(`katex/dist/fonts/${file}`, math));
    rules.push(fontFace({ file, family, weight, style }));
  }
  return { files, css: rules.join('') };
}

/** Whether browsers load the face `file` for these pages. */
export function asksFor(html, file) {
  const face = mathFaces.find(([name]) => file === `KaTeX_${name}.woff2`);
  return !face || face[4].some((className) => hasClass(html, className));
}

async function subset(specifier, text, variationAxes, keepFeatures) {
  return subsetFont(await read(specifier), text, {
    targetFormat: 'woff2',
    noHinting: true,
    ...(variationAxes && { variationAxes }),
    ...(keepFeatures && { keepFeatures }),
  });
}

/** The visible part of every formula: each <span class="katex-html"> to the tag that closes it. */
function formulas(html) {
  let text = '';
  for (const start of html.matchAll(/<span class="katex-html"/g)) {
    let depth = 0;
    for (const tag of html.slice(start.index).matchAll(/<(\/?)span\b[^>]*>/g)) {
      depth += tag[1] ? -1 : 1;
      if (depth > 0) continue;
      text += html.slice(start.index, start.index + tag.index);
      break;
    }
  }
  return text;
}

/** All that is set in italics: <em> is the only element that is. */
function emphasised(html) {
  return [...html.matchAll(/<em>[\s\S]*?<\/em>/g)].join('');
}

function characters(html) {
  const text = html
    .replace(/<script[\s\S]*?<\/script>|<[^>]*>/g, '')
    .replace(/&(\w+|#\d+);/g, ' ')
    .replace(/\s/g, '');
  return [...new Set(text)].sort().join('');
}

function hasClass(html, name) {
  return new RegExp(`class="(?:[^"]* )?${name}[ "]`).test(html);
}

function fontFace({ file, family, weight, style }) {
  return (
    `@font-face { font-family: '${family}'; font-style: ${style}; font-weight: ${weight}; ` +
    `font-display: swap; src: url('../fonts/${file}') format('woff2'); }\n`
  );
}
