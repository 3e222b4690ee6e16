// Demo states in the page's address: "?feature-ceiling=n:200,seed:7,step:300&theme=dark". Other
// parameters stay as they are, letter by letter.

const nameOf = (part: string) => decode(part.split('=', 1)[0]!);

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text; // a stray % in a hand-edited address
  }
}

const partsOf = (search: string) => search.replace(/^\?/, '').split('&').filter(Boolean);

/** The state that an address holds for an element; null if it has none. */
export function readState(search: string, element: string): string | null {
  const part = partsOf(search).find((each) => nameOf(each) === element);
  if (part === undefined) return null;
  return part.includes('=') ? decode(part.slice(part.indexOf('=') + 1)) : '';
}

/** `search` with the element's state set, or without it (null). */
export function writeState(search: string, element: string, state: string | null): string {
  const parts = partsOf(search).filter((each) => nameOf(each) !== element);
  if (state !== null) {
    const readable = encodeURIComponent(state).replaceAll('%3A', ':').replaceAll('%2C', ',');
    parts.push(`${encodeURIComponent(element)}=${readable}`);
  }
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}

/** Names in an address that look like a demo's state but belong to no element of the page. */
export function strayStates(search: string, elements: string[]): string[] {
  return partsOf(search)
    .filter((part) => /^[\w-]+:/.test(readState(part, nameOf(part)) ?? ''))
    .map(nameOf)
    .filter((name) => !elements.includes(name));
}

const pending = new Map<string, string | null>();
let timer = 0;

/** Puts a state into the page's own address, soon: browsers limit how often that may be done. */
export function keepState(element: string, state: string | null): void {
  pending.set(element, state);
  timer ||= window.setTimeout(() => {
    timer = 0;
    let { search } = location;
    pending.forEach((each, name) => (search = writeState(search, name, each)));
    pending.clear();
    if (search === location.search) return;
    history.replaceState(history.state, '', location.pathname + search + location.hash);
  }, 400);
}
