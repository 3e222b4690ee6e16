// Code is coloured in the build by Shiki, with the site's own colours (--code-… in css/prose.css).

import { createCssVariablesTheme, createHighlighter } from 'shiki';

export const languages = ['cpp', 'python', 'bash', 'json', 'yaml', 'typescript', 'text'];

const theme = createCssVariablesTheme({ name: 'site', variablePrefix: '--code-' });

/**
 * @param {import('./style-classes.mjs').StyleClasses} styles
 * @returns {Promise<(code: string, lang: string) => string>}
 */
export async function createCodeRenderer(styles) {
  const highlighter = await createHighlighter({ themes: [theme], langs: languages });
  return (code, lang) => {
    const html = highlighter.codeToHtml(code.replace(/\n$/, ''), {
      lang: languages.includes(lang) ? lang : 'text',
      theme: 'site',
      colorReplacements: {},
    });
    return styles.rewrite(html);
  };
}
