// The page's policy allows no style attributes. KaTeX and Shiki write them, so their output passes
// through here: each distinct style becomes a class, and css() gives the rules.

export class StyleClasses {
  #classes = new Map();

  /** The HTML with every style attribute turned into a class. */
  rewrite(html) {
    return html.replace(/<[a-z][^>]*\sstyle="[^>]*>/g, (tag) => {
      const [, style] = /\sstyle="([^"]*)"/.exec(tag);
      const name = this.#classFor(style);
      const bare = tag.replace(/\sstyle="[^"]*"/, '');
      return /\sclass="/.test(bare)
        ? bare.replace(/\sclass="([^"]*)"/, (_, names) => ` class="${names} ${name}"`)
        : bare.replace(/^<[a-z][a-z0-9-]*/, (start) => `${start} class="${name}"`);
    });
  }

  css() {
    const rules = [...this.#classes].map(([style, name]) => `.${name}{${style}}`);
    return rules.sort().join('\n') + '\n';
  }

  #classFor(style) {
    const declarations = style.replace(/;\s*$/, '');
    if (!this.#classes.has(declarations)) {
      this.#classes.set(declarations, `style-${this.#classes.size.toString(36)}`);
    }
    return this.#classes.get(declarations);
  }
}
