// The built pages: what the policy, static hosts, readers and other rooms rely on.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { HtmlValidate } from 'html-validate';
import { buildSite, repository } from '../../web/site/build.mjs';
import { renderText } from '../../web/site/quiz-html.mjs';
import { StyleClasses } from '../../web/site/style-classes.mjs';
import { budget, sum, weighPage } from '../../web/site/weigh.mjs';
import { native, withCourse } from './fixture.mjs';

let pages;
let dist;
let finish;

/** Builds the fixture course once, and keeps its folder until all tests are done. */
before(async () => {
  const done = new Promise((resolve) => (finish = resolve));
  await new Promise((ready, fail) => {
    withCourse({}, async (root) => {
      await buildSite(root, join(root, 'web/dist'), native);
      dist = join(root, 'web/dist');
      pages = ['index.html', '404.html', 'lessons/01-01-first.html'].map((name) => ({
        name,
        html: readFileSync(join(dist, name), 'utf8'),
      }));
      ready();
      await done;
    }).catch(fail);
  });
});

after(() => finish());

const lessonPage = () => pages.find((page) => page.name.startsWith('lessons/')).html;

test('pages keep to their policy: no style attribute, no inline script or style', () => {
  for (const { name, html } of pages) {
    assert.doesNotMatch(html, /<[^>]*\sstyle=/, name);
    assert.doesNotMatch(html, /<style/, name);
    assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)/, name);
    assert.doesNotMatch(html, /<[^>]*\son[a-z]+=/, name);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)[1];
    assert.match(policy, /script-src &#39;self&#39; &#39;wasm-unsafe-eval&#39;;/, name);
    assert.match(policy, /style-src &#39;self&#39;;/, name);
    assert.match(policy, /worker-src &#39;self&#39;/, name);
  }
});

test('markup in questions is text', () => {
  const html = renderText(
    '<img src=x onerror=alert(1)> & $\\href{javascript:alert(1)}{a < b}$',
    new StyleClasses(),
  );
  assert.match(html, /^&lt;img src=x onerror=alert\(1\)&gt; &amp; /);
  assert.doesNotMatch(html, /<img|href=/);
});

test('every address on a page is relative and leads somewhere', () => {
  const css = readFileSync(join(dist, 'css/site.css'), 'utf8');
  const scripts = [
    'site/settings.js',
    'site/page.js',
    'runtime/main.js',
    'runtime/progress-marks.js',
    'runtime/offline.js',
  ];
  const made = new Set(scripts); // by tsc
  const links = (html) =>
    [...html.matchAll(/<[^>]*\s(?:href|src|bank)="([^"]*)"/g)].map((m) => m[1]);
  for (const { name, html } of pages) {
    const ids = new Set([...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]));
    for (const link of links(html)) {
      if (/^https:/.test(link) || (name === '404.html' && link === '/')) continue;
      assert.doesNotMatch(link, /^\/|^[a-z]+:/, `${name}: ${link}`);
      const [path, anchor] = link.replace(/\?[^#]*/, '').split('#'); // a preset's state is no file
      const file = join(dirname(name), path);
      if (path && !made.has(file)) assert.ok(existsSync(join(dist, file)), `${name}: ${link}`);
      if (!path && anchor) assert.ok(ids.has(anchor), `${name}: ${link}`);
    }
  }
  for (const [, file] of css.matchAll(/url\('?([^')]*)'?\)/g)) {
    assert.ok(existsSync(join(dist, 'css', file)), `site.css: ${file}`);
  }
});

test('classes stand for the styles of formulas and code', () => {
  const css = readFileSync(join(dist, 'css/site.css'), 'utf8');
  const lists = [...lessonPage().matchAll(/\sclass="([^"]*)"/g)].flatMap((m) => m[1].split(' '));
  const used = new Set(lists.filter((name) => /^style-/.test(name)));
  assert.ok(used.size > 2);
  for (const name of used) assert.ok(css.includes(`.${name}{`), `no rule for .${name}`);
  assert.match(lessonPage(), /<math /);
  assert.match(lessonPage(), /class="katex-html"/);
});

test('a demo says what the runtime and a reader without it need', () => {
  const html = lessonPage();
  assert.match(
    html,
    /<grad-demo id="known-demo" name="known-demo" params="n:3" results="..\/results\/known-demo.json"><figure/,
  );
  assert.match(html, /<p class="demo-title">Known demo<\/p>\s*<p>Try it.<\/p>\s*<\/figcaption>/);
  assert.match(html, /<div class="grad-stage style-\w+">\s*<noscript>/);
  assert.match(html, /What the figure shows\./);
});

test('what a demo comes to stands on its stage before any script runs', () => {
  const outcome = /<div class="grad-stage[\s\S]*?<\/figure>/.exec(lessonPage())[0];
  assert.match(outcome, /What the figure shows\./);
  assert.match(outcome, /<p>Computed when this page was built: It is right &lt;0\.375&gt;\.<\/p>/);
  assert.match(outcome, /<dt>Share <span class="katex">.*<\/dt><dd>0\.375<\/dd>/);
  assert.match(outcome, /<dt>Loss<\/dt><dd>1,234\.5\u202fnat<\/dd>/);
  assert.match(outcome, /<caption>A figure<\/caption><thead><tr><th scope="col">n<\/th>/);
  assert.match(outcome, /<td>3<\/td><td>&lt;1<\/td>/);
});

test('a number in the text comes from its run', () => {
  assert.match(lessonPage(), /it is <data value="0\.625">0\.625<\/data>\./);
});

test('recorded runs of what the page shows stand in a file of their demo', () => {
  const { demo, runs } = JSON.parse(readFileSync(join(dist, 'results/known-demo.json'), 'utf8'));
  assert.equal(demo, 'known-demo');
  // Not the run of which only a number is shown, and one of which another side is shown only once.
  assert.deepEqual(
    runs.map((run) => run.state),
    ['step:9', 'n:5,seed:2,step:9'],
  );
  assert.deepEqual(Object.keys(runs[0]), ['state', 'complete', 'readouts', 'looks', 'plots']);
});

test('a quiz is a form that can be read without the runtime', () => {
  const html = lessonPage();
  assert.match(
    html,
    /<grad-quiz lesson="01-01-first" questions="q1,q2,q3,q4" bank="\.\.\/quiz\/01-01-first\.json">/,
  );
  assert.equal(html.match(/<fieldset class="question" data-question="q\d">/g).length, 5);
  assert.equal(html.match(/<input type="radio" name="answer-q1"[^>]*data-option="\d"/g).length, 2);
  assert.match(html, /<input type="text" inputmode="decimal"[^>]*name="answer-q3"/);
  for (const [action, count] of Object.entries({ check: 5, retry: 4, reveal: 4 })) {
    assert.equal(html.match(new RegExp(`data-action="${action}" disabled`, 'g')).length, count);
  }
  assert.equal(html.match(/<output role="status"/g).length, 5);
  assert.equal(html.match(/<details class="answer">/g).length, 5);
});

test('a prediction shows what its run gave, and leads to it', () => {
  const set = /<fieldset class="question" data-question="q5">[\s\S]*?<\/fieldset>/.exec(
    lessonPage(),
  )[0];
  assert.match(set, /<label>Your guess <input type="text" inputmode="decimal"/);
  assert.match(set, /data-action="check" disabled>Lock in my guess</);
  assert.doesNotMatch(set, /data-action="re/);
  assert.match(set, /The run gives<\/span> <span data-answer>0\.75<\/span>\./);
  assert.ok(
    set.includes('<a data-run href="01-01-first.html?known-demo=n:6#known-demo">Run it</a>'),
  );
  const { questions } = JSON.parse(readFileSync(join(dist, 'quiz/01-01-first.json'), 'utf8'));
  assert.deepEqual(questions.at(-1).answer, {
    demo: 'known-demo',
    state: 'n:6',
    readout: 'accuracy',
    tolerance: 0.1,
    value: 0.75,
  });
});

test('the bank has the form that the quiz engine reads', () => {
  const bank = JSON.parse(readFileSync(join(dist, 'quiz/01-01-first.json'), 'utf8'));
  assert.deepEqual(Object.keys(bank), ['version', 'lesson', 'title', 'quick_check', 'questions']);
  assert.equal(bank.version, 1);
  const [single, , numeric] = bank.questions;
  assert.deepEqual(single.options[1], { correct: false, text: 'Another thing', feedback: 'No.' });
  assert.equal(single.prompt, 'What is $x$?');
  assert.equal(single.lesson, '01-01-first');
  assert.equal(single.anchor, 'one-heading');
  assert.deepEqual(numeric.answer, { value: 0.8, tolerance: 0.005 });
  assert.deepEqual(numeric.feedback, { 0.2: 'That is the step.' });
  const course = JSON.parse(readFileSync(join(dist, 'quiz/bank.json'), 'utf8'));
  assert.equal(course.questions.length, 5);
});

test('a lesson that is not written is listed, and no link', () => {
  for (const { html } of pages) {
    assert.doesNotMatch(html, /href="[^"]*01-02-second/);
    assert.match(html, />Second</);
  }
});

test('a citation has its note, its reference and the way back', () => {
  const html = lessonPage();
  assert.match(html, /href="#source-lowe2004" id="cite-lowe2004"/);
  assert.match(html, /<li id="source-lowe2004">D\. G\. Lowe \(2004\)/);
  assert.match(html, /href="#cite-lowe2004"/);
});

test('a program is shown as its file stands', () => {
  const program = /<figure class="program">[\s\S]*?<\/figure>/.exec(lessonPage())[0];
  const shown = /<pre[\s\S]*<\/pre>/.exec(program)[0].replace(/<[^>]*>/g, '');
  assert.equal(shown.replaceAll('&#x3C;', '<'), 'int main() { return 7 < 8; }');
  assert.match(program, /<figcaption><p class="program-file">first\.cpp<\/p>\s*<p>A program and/);
});

test('a term is explained at the end and leads back to its place', () => {
  assert.match(
    lessonPage(),
    /<dt id="term-new-term"><a href="#one-heading">New term<\/a><\/dt><dd>What it means\.<\/dd>/,
  );
  assert.match(lessonPage(), /<a href="#term-new-term">term<\/a>/);
});

test('pages are valid HTML', async () => {
  const config = JSON.parse(readFileSync(join(repository, '.htmlvalidate.json'), 'utf8'));
  for (const { name, html } of pages) {
    const report = await new HtmlValidate(config).validateString(html, name);
    const found = report.results.flatMap((result) => result.messages);
    assert.deepEqual(
      found.map((message) => `${name}:${message.line}: ${message.message} (${message.ruleId})`),
      [],
    );
  }
});

test('the text of every lesson of the course keeps its budget', async () => {
  await withCourse({}, async (folder) => {
    const real = join(folder, 'dist');
    await buildSite(repository, real);
    for (const name of readdirSync(join(real, 'lessons'))) {
      const bytes = sum(weighPage(join('lessons', name), real), 'brotli');
      assert.ok(bytes <= budget, `${name}: ${bytes} bytes`);
    }
  });
});
