// Eleventy turns lessons/*/lesson.md into pages; build.mjs checks the course first, runs Eleventy
// and then writes styles, faces and question banks.

import { readFileSync } from 'node:fs';
import { termId } from './markdown.mjs';

const pages = new URL('pages/', import.meta.url);
const readPage = (name) => readFileSync(new URL(name, pages), 'utf8');

const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "worker-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'none'",
].join('; ');

/**
 * @param {object} site `course` as loadCourse() gives it, `md` as createMarkdown() gives it,
 *   `results` of its runs as record() in results.mjs gives them, `base` the path at which a host serves the site (404.html alone needs it), `layouts` their folder, seen
 *   from lessons/
 */
export function configure(site) {
  return (eleventy) => {
    const { course, md, results, base } = site;
    const bySlug = new Map(course.lessons.map((lesson) => [lesson.slug, lesson]));
    eleventy.addExtension('md', {
      compile: (text) => (data) =>
        md.render(text, {
          lesson: bySlug.get(slugOf(data.page)),
          root: course.root,
          demos: course.demos,
          described: course.described,
          results,
          questions: course.questions,
          cited: new Set(),
        }),
    });
    eleventy.addGlobalData('course', course);
    eleventy.addGlobalData('topics', topicsOf(course));
    eleventy.addGlobalData('policy', policy);
    eleventy.addGlobalData('base', base);
    eleventy.addGlobalData('layout', 'lesson.njk');
    eleventy.addGlobalData(
      'permalink',
      () => (data) =>
        data.page.filePathStem.endsWith('/lesson') ? lessonUrl(data.page) : undefined,
    );
    eleventy.addGlobalData('eleventyComputed', {
      lesson: (data) => bySlug.get(slugOf(data.page)),
      around: (data) => neighbours(course, slugOf(data.page)),
    });
    eleventy.addTemplate('index.njk', readPage('index.njk'));
    for (const name of ['exam.njk', 'review.njk', 'offline.njk', '404.njk']) {
      eleventy.addTemplate(name, readPage(name));
    }
    eleventy.addPassthroughCopy('lessons/**/*.{svg,png,jpg,webp}');
    eleventy.addFilter('toRoot', (url) => '../'.repeat(url.split('/').length - 2) || './');
    eleventy.addFilter('minutes', (n) => (n === 1 ? '1 minute' : `${n} minutes`));
    eleventy.addFilter('termId', termId);
    eleventy.addFilter('moduleOf', (html) => moduleOf(course, html));
    eleventy.addFilter('written', (entries) => entries.filter((entry) => entry.lesson));
    eleventy.setIncludesDirectory(site.layouts);
    eleventy.setTemplateFormats(['md', 'njk']);
  };
}

function slugOf(page) {
  return page.filePathStem.split('/').at(-2);
}

function lessonUrl(page) {
  return `lessons/${slugOf(page)}.html`;
}

/** The written lesson before, and the planned one after. */
function neighbours(course, slug) {
  const entries = course.chapters.flatMap((chapter) => chapter.lessons);
  const i = entries.findIndex((entry) => entry.slug === slug);
  if (i < 0) return {};
  return { previous: entries.slice(0, i).findLast((entry) => entry.lesson), next: entries[i + 1] };
}

/** The module that a page's figures are in; of its quizzes' pictures, every module has the engine. */
function moduleOf(course, html) {
  const name = /<grad-demo [^>]*name="([^"]*)"/.exec(html)?.[1];
  return course.demos.get(name)?.module ?? 'demos-1';
}

/** All topics that questions have, by name. */
function topicsOf(course) {
  const names = [...course.questions.values()].flatMap(({ topics }) => topics);
  return [...new Set(names)].sort();
}
