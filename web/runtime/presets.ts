// Links that set a demo of the page, "?demo=n:2000#demo" ("make n = 2,000 and watch"): followed
// without loading the page anew. Elsewhere, and with a modifier key, they are links like others.

import { readState } from './address.js';
import { DemoElement } from './demo-element.js';

export function followPresets(): void {
  document.addEventListener('click', (event) => {
    const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey);
    const target = event.target instanceof Element ? event.target.closest('a') : null;
    if (!target || !plain || event.defaultPrevented) return;
    const demo = demoOf(target);
    if (!demo) return;
    event.preventDefault();
    demo.show(readState(target.search, demo.key)!, target.dataset['run'] !== undefined);
  });
}

/** The demo of this page that a link gives a state to. */
function demoOf(link: HTMLAnchorElement): DemoElement | null {
  const samePage = link.origin + link.pathname === location.origin + location.pathname;
  const element = link.hash && document.getElementById(link.hash.slice(1));
  if (!samePage || !(element instanceof DemoElement)) return null;
  return readState(link.search, element.key) === null ? null : element;
}
