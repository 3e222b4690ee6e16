// Checks who includes whom under src/: rooms only look down, and each platform or third-party
// library is known to the files named here alone. Prints every violation; exit code 1 if any.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** The rooms that each room may include, besides itself. */
const below = { tensor: [] };
below.kernels = ['tensor'];
below.autograd = [...below.kernels, 'kernels'];
below.nn = [...below.autograd, 'autograd'];
below.optim = [...below.nn, 'nn'];
below.data = ['tensor'];
below.classic = ['tensor', 'kernels', 'data'];
below.train = [...below.optim, 'optim'];
below.io = [...below.optim, 'optim'];
below.quiz = ['tensor'];
below.models = [...below.optim, 'optim', 'data', 'classic', 'train', 'io'];
below.ui = [...below.optim, 'optim', 'data', 'classic', 'train', 'io', 'models', 'quiz'];
below.demos = [...below.ui, 'ui'];
below.app = [...below.demos, 'demos'];

/** Headers outside the project, and the only paths that may include them. */
const restricted = [
  { header: /^xnnpack\.h$/, allowed: /^kernels\/xnnpack\.cpp$/ },
  { header: /^pthreadpool\.h$/, allowed: /^kernels\/(threads|xnnpack)\.cpp$/ },
  { header: /^(emscripten|GLES)/, allowed: /^app\/main_(web|engine)\.cpp$/ },
  { header: /^GLFW\/|^imgui_impl_glfw/, allowed: /^app\/main_native\.cpp$/ },
  { header: /^zlib\.h$/, allowed: /^data\/gzip\.cpp$/ },
  { header: /^png\.h$/, allowed: /^data\/png\.cpp$/ },
  { header: /^(imgui|implot)/, allowed: /^(ui|demos|app)\// },
  { header: /^pugixml/, allowed: /^quiz\/import_moodle\.cpp$/ },
  { header: /^nlohmann\//, allowed: /^$/ }, // tests alone: it is too large for pages
  { header: /^(iostream|regex|format)$/, allowed: /^app\// },
];

function problems(path) {
  const room = path.split('/')[0];
  const found = [];
  readFileSync(join(src, path), 'utf8')
    .split('\n')
    .forEach((line, index) => {
      const match = line.match(/^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)/);
      if (!match) return;
      const report = (why) => found.push(`src/${path}:${index + 1}: ${why}`);
      const header = match[1] ?? match[2];
      const target = header.split('/')[0];
      if (match[1] && header.includes('/')) {
        if (!(target in below)) report(`unknown room ${target}/`);
        else if (target !== room && !below[room]?.includes(target))
          report(`${room} may not include ${header}`);
      }
      for (const rule of restricted)
        if (rule.header.test(header) && !rule.allowed.test(path))
          report(`<${header}> belongs to ${rule.allowed.source}`);
    });
  return found;
}

const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => /\.(h|cpp|inc)$/.test(entry.name))
  .map((entry) => relative(src, join(entry.parentPath ?? entry.path, entry.name)));
const found = files.flatMap(problems);
found.forEach((line) => console.error(line));
console.log(`includes: ${files.length} files checked, ${found.length} violations`);
process.exitCode = found.length ? 1 : 0;
