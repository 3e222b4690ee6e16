// XML as text: elements with their attributes and contents, escaped here and nowhere else.

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text that XML 1.0 cannot hold (control characters, lone surrogates) becomes U+FFFD. */
const escape = (text) =>
  text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (character) => escapes[character]);

/**
 * An element of an XML document. `attributes` may be left out; contents are elements, texts, numbers
 * and lists of these, and null for nothing.
 */
export function element(name, ...contents) {
  const [first, ...rest] = contents;
  const given = first !== null && typeof first === 'object' && !Array.isArray(first);
  const isAttributes = given && !(first instanceof Element);
  return new Element(name, isAttributes ? first : {}, (isAttributes ? rest : contents).flat(9));
}

class Element {
  constructor(name, attributes, contents) {
    this.name = name;
    this.attributes = attributes;
    this.contents = contents.filter((content) => content !== null && content !== undefined);
  }

  write(indent) {
    const attributes = Object.entries(this.attributes)
      .map(([name, value]) => ` ${name}="${escape(String(value))}"`)
      .join('');
    if (this.contents.length === 0) return `${indent}<${this.name}${attributes}/>`;
    const open = `${indent}<${this.name}${attributes}>`;
    if (this.contents.every((content) => content instanceof Element)) {
      const inside = this.contents.map((content) => content.write(`${indent}  `)).join('\n');
      return `${open}\n${inside}\n${indent}</${this.name}>`;
    }
    return `${open}${this.contents.map((text) => escape(String(text))).join('')}</${this.name}>`;
  }
}

/** The whole document. */
export const xmlDocument = (root) => `<?xml version="1.0" encoding="UTF-8"?>\n${root.write('')}\n`;
