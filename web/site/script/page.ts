// What a script adds to a page that can be read without one: the theme button, the folding sidebar
// and the mark beside the section being read.

export {};

const root = document.documentElement;

function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // No storage: the choice lasts as long as the page.
  }
}

/** Without `data-theme` the page follows the system; the button goes through all three. */
function setUpTheme(button: HTMLButtonElement): void {
  const names = ['auto', 'light', 'dark'];
  const current = () => root.dataset['theme'] ?? 'auto';
  const label = () => {
    const name = current();
    button.textContent = name.charAt(0).toUpperCase() + name.slice(1);
    button.setAttribute('aria-label', `Theme: ${button.textContent}`);
  };
  button.addEventListener('click', () => {
    const next = names[(names.indexOf(current()) + 1) % names.length];
    if (next === undefined || next === 'auto') delete root.dataset['theme'];
    else root.dataset['theme'] = next;
    remember('gradschool.theme', root.dataset['theme'] ?? null);
    label();
  });
  label();
  button.hidden = false;
}

function setUpFolding(button: HTMLButtonElement): void {
  const folded = () => root.dataset['chapters'] === 'folded';
  const show = () => button.setAttribute('aria-expanded', String(!folded()));
  button.addEventListener('click', () => {
    if (folded()) delete root.dataset['chapters'];
    else root.dataset['chapters'] = 'folded';
    remember('gradschool.chapters', folded() ? 'folded' : null);
    show();
  });
  show();
  button.hidden = false;
}

/** Marks the contents entry of the last heading above the upper third of the window. */
function followReading(links: HTMLAnchorElement[]): void {
  const headings = links.map((link) => document.getElementById(link.hash.slice(1)));
  const mark = () => {
    let current = -1;
    headings.forEach((heading, i) => {
      if (heading && heading.getBoundingClientRect().top < innerHeight / 3) current = i;
    });
    links.forEach((link, i) => {
      if (i === current) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    });
  };
  let due = false;
  const markSoon = () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      mark();
    });
  };
  addEventListener('scroll', markSoon, { passive: true });
  mark();
}

/** What scrolls sideways must be within reach of the keyboard; what fits must not be a stop. */
function reachScrollers(boxes: HTMLElement[]): void {
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute('tabindex', '0');
      else target.removeAttribute('tabindex');
    }
  });
  boxes.forEach((box) => observer.observe(box));
}

const theme = document.querySelector<HTMLButtonElement>('.theme');
const fold = document.querySelector<HTMLButtonElement>('.fold-chapters');
if (theme) setUpTheme(theme);
if (fold) setUpFolding(fold);
followReading([...document.querySelectorAll<HTMLAnchorElement>('.contents a')]);
reachScrollers([...document.querySelectorAll<HTMLElement>('.formula, .table-scroll')]);
