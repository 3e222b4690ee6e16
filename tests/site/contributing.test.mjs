// What CONTRIBUTING.md promises: a lesson is its folder, a demo is its file and two lines, and nothing
// else needs to be touched. Both are added to a copy of the sources, which is then built and tested.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { buildSite, repository } from '../../web/site/build.mjs';
import { NativeProgram } from '../../web/site/results.mjs';

const added = (name) => join(repository, 'tests/contributing', name);

/** Calls `use` with a folder that holds copies of these files and folders of the repository. */
async function withCopy(parts, use) {
  const root = mkdtempSync(join(tmpdir(), 'gradschool-copy-'));
  try {
    for (const part of parts) cpSync(join(repository, part), join(root, part), { recursive: true });
    return await use(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

const edit = (file, change) => writeFileSync(file, change(readFileSync(file, 'utf8')));

test('a new lesson is its folder, and the site builds with it', async () => {
  await withCopy(['lessons', 'src/demos/demos.inc', 'tests/examples'], async (root) => {
    const written = new Set(readdirSync(join(root, 'lessons')));
    const { chapters } = parse(readFileSync(join(root, 'lessons/course.yml'), 'utf8'));
    const planned = chapters.flatMap(({ lessons }) => lessons);
    const { slug, title } = planned.findLast((each) => !written.has(each.slug));
    const [chapter, order] = slug.split('-').map(Number);
    const folder = join(root, 'lessons', slug);
    for (const name of ['lesson.md', 'quiz.yml']) cpSync(added(name), join(folder, name));
    edit(join(folder, 'lesson.md'), (text) =>
      text.replace('TITLE', title).replace('CHAPTER', chapter).replace('ORDER', order),
    );
    const dist = join(root, 'web/dist');
    await buildSite(root, dist, new NativeProgram(repository));
    const page = readFileSync(join(dist, `lessons/${slug}.html`), 'utf8');
    assert.match(page, /<grad-demo id="feature-ceiling"[^>]* predict="linear_sd"/);
    assert.match(page, /<data value="0\.\d+">0\.\d{3}<\/data>/);
    assert.ok(readFileSync(join(dist, 'index.html'), 'utf8').includes(`lessons/${slug}.html`));
    assert.equal(
      JSON.parse(readFileSync(join(dist, `quiz/${slug}.json`), 'utf8')).questions.length,
      4,
    );
  });
});

test('a new demo is its file and two lines, and runs in the program and the general tests', async () => {
  await withCopy(['src', 'cmake/check_includes.mjs'], (root) => {
    cpSync(added('my_demo.cpp'), join(root, 'src/demos/my_demo.cpp'));
    const line = 'DEMO(1, my_demo, "my-demo", "My demo")\n';
    edit(join(root, 'src/demos/demos.inc'), (text) => text + line);
    edit(join(root, 'src/CMakeLists.txt'), (text) => {
      assert.ok(text.includes('  demos/run.cpp\n'));
      return text.replace('  demos/run.cpp\n', '  demos/my_demo.cpp\n  demos/run.cpp\n');
    });
    execFileSync('node', [join(root, 'cmake/check_includes.mjs')]);

    // Only what has changed is compiled, as the build itself would, and linked with all the rest.
    const build = join(repository, 'build/native');
    const commands = JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8'));
    const { command } = commands.find(({ file }) => file.endsWith('/demos/registry.cpp'));
    const objects = ['registry', 'my_demo'].map((name) => {
      const object = join(root, `${name}.o`);
      const compile = command
        .replaceAll(join(repository, 'src'), join(root, 'src'))
        .replace(/-o \S+ -c \S+/, `-o ${object} -c ${join(root, `src/demos/${name}.cpp`)}`);
      execFileSync('sh', ['-c', compile], { cwd: build });
      return object;
    });
    const link = (target) => {
      const all = execFileSync('ninja', ['-t', 'commands', target], {
        cwd: build,
        encoding: 'utf8',
      });
      const program = join(root, target);
      const last = all.trim().split('\n').at(-1);
      execFileSync('sh', ['-c', last.replace(/ -o \S+/, ` ${objects.join(' ')} -o ${program}`)], {
        cwd: build,
      });
      return (...args) => execFileSync(program, args, { encoding: 'utf8' });
    };

    const program = link('gradschool');
    const [demo] = JSON.parse(program('list', '--json')).filter(({ name }) => name === 'my-demo');
    assert.equal(demo.title, 'My demo');
    const run = JSON.parse(program('demo', 'my-demo', '--set', 'throws=50', '--json', '--figures'));
    assert.equal(run.steps, 50);
    assert.equal(run.complete, true);
    assert.ok(run.readouts.share > 0.2 && run.readouts.share < 0.8);
    assert.equal(run.figures[0].table.rows.length > 1, true);
    const tests = link('gradschool_tests');
    for (const name of [
      'every demo declares itself soundly',
      "every plot that a read-out names is one of its demo's figures",
      'a sweep over a parameter covers its range*',
    ])
      assert.match(tests(name), /All tests passed/);
  });
});
