// Runs before the first paint (a plain script in the head), so that a reader's theme and folded
// sidebar do not flash in late. page.ts changes what is set here.

(function applySettings() {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem('gradschool.theme');
    if (theme !== null && /^[a-z]+$/.test(theme)) root.dataset['theme'] = theme;
    if (localStorage.getItem('gradschool.chapters') === 'folded')
      root.dataset['chapters'] = 'folded';
  } catch {
    // No storage: the page follows the system.
  }
})();
