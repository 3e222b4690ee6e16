// web/tokens.json as CSS custom properties: one colour theme a `data-theme` value, and without the
// attribute the system's choice of light or dark. Paper is always light.

export function tokensCss(tokens) {
  const { themes, data, text } = tokens;
  const shared = {
    ...prefixed('data-', data),
    space: `${tokens.space}px`,
    radius: `${tokens.radius}px`,
    motion: `${tokens.motionMs}ms`,
    'text-page': rem(text.page),
    'text-phone': rem(text.phone),
    'text-figure': rem(text.figure),
    'text-small': rem(text.small),
    'line-height': text.lineHeight,
  };
  const onScreen = Object.keys(themes).map((name) =>
    rule(`[data-theme='${name}']`, colours(name, themes)),
  );
  const system = rule(':root:not([data-theme])', colours('dark', themes));
  return (
    rule(':root', { ...shared, ...colours('light', themes) }) +
    `@media screen and (prefers-color-scheme: dark) {\n${system}}\n` +
    `@media screen {\n${onScreen.join('')}}\n`
  );
}

function colours(name, themes) {
  const scheme = name === 'dark' ? 'dark' : 'light';
  return { ...themes[name], 'color-scheme': scheme };
}

/** Sizes follow the reader's own font size: 16 px of the tokens are one rem. */
function rem(pixels) {
  return `${pixels / 16}rem`;
}

function prefixed(prefix, values) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [prefix + key, value]));
}

function rule(selector, values) {
  const lines = Object.entries(values).map(([key, value]) =>
    key === 'color-scheme' ? `  color-scheme: ${value};` : `  --${kebab(key)}: ${value};`,
  );
  return `${selector} {\n${lines.join('\n')}\n}\n`;
}

function kebab(name) {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
