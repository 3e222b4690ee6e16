// Which files of the built site a page needs, for what leaves the site in parts: the service worker
// keeps them, packages for learning systems hold them.

import { posix } from 'node:path';

/** Papers and reviews ask questions of all lessons. */
const practises = (html) => /runtime\/(exam|review)-page\.js/.test(html);

/**
 * @param {string} page its path in the site
 * @param {string[]} names of the site's files
 * @returns {string[]} those that the page may ask for, without pages
 */
export function neededBy(page, html, names) {
  const mentions = (name) => html.includes(`"${posix.relative(posix.dirname(page), name)}"`);
  return names.filter((name) => {
    const { dir, name: stem, ext } = posix.parse(name);
    if (ext === '.html') return false;
    if (['fonts', 'runtime', 'site'].includes(dir)) return true; // styles and scripts ask for them
    if (dir === 'results') return html.includes(`name="${stem}"`);
    if (dir === 'quiz' || dir === 'quiz/forms') {
      return mentions(name) || (practises(html) && name !== 'quiz/bank.json');
    }
    const [module] = /^demos-\d+/.exec(stem) ?? [];
    if (module) return html.includes(`data-module="${module}"`);
    if (stem.startsWith('quiz-')) return practises(html);
    return mentions(name);
  });
}
