// How the page looks now, for figures that should look like it: theme, pixel ratio, font size,
// pointer, motion. Followed live.

import type { Look } from './protocol.js';

const darkQuery = matchMedia('(prefers-color-scheme: dark)');
const motionQuery = matchMedia('(prefers-reduced-motion: reduce)');
const touchQuery = matchMedia('(pointer: coarse)');
const printQuery = matchMedia('print');

/** `data-theme` on the root element ("light", "dark") goes before the system's choice. */
export function currentLook(): Look {
  const root = document.documentElement;
  const theme = root.dataset['theme'];
  return {
    dark: theme === 'dark' || (theme !== 'light' && darkQuery.matches),
    reducedMotion: motionQuery.matches,
    touch: touchQuery.matches,
    textScale: parseFloat(getComputedStyle(root).fontSize) / 16 || 1,
    pixelRatio: Math.min(devicePixelRatio || 1, 4),
  };
}

/** Calls `tell` with each change from now on. */
export function followLook(tell: (look: Look) => void): void {
  let last = JSON.stringify(currentLook());
  // For paper, which is white: pictures cannot be made anew while the page is being printed.
  const mark = ({ dark }: Look) => {
    document.documentElement.dataset['figures'] = dark ? 'dark' : 'light';
  };
  mark(currentLook());
  const check = () => {
    if (printQuery.matches) return;
    const look = currentLook();
    if (JSON.stringify(look) === last) return;
    last = JSON.stringify(look);
    mark(look);
    tell(look);
  };
  for (const query of [darkQuery, motionQuery, touchQuery, printQuery])
    query.addEventListener('change', check);
  new MutationObserver(check).observe(document.documentElement, { attributes: true });
  followPixelRatio(check);
  addEventListener('resize', check); // zooming
  // One rem wide: its size changes exactly when the reader's font size does.
  const rem = document.createElement('div');
  rem.className = 'grad-rem';
  document.body.append(rem);
  new ResizeObserver(check).observe(rem);
}

/** A media query matches one ratio only, so each change needs a new one. */
function followPixelRatio(check: () => void): void {
  const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  const changed = () => {
    check();
    followPixelRatio(check);
  };
  query.addEventListener('change', changed, { once: true });
}
