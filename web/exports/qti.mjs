// IMS Question and Test Interoperability 1.2, as Canvas and others read it: a zip with a manifest
// and one assessment for each lesson.

import { strToU8 } from 'fflate';
import { degradedList, exchangeLessons } from './exchange.mjs';
import { htmlText, decimalText } from './text.mjs';
import { element, xmlDocument } from './xml.mjs';
import { zip } from './zip.mjs';

/**
 * @param {object} bank the course's
 * @returns {{files: Map<string, string>, zip: Uint8Array, degraded: string[]}} `files` are those in
 *   the zip
 */
export function qti(bank, site = '') {
  const lessons = exchangeLessons(bank, site);
  const files = new Map([['imsmanifest.xml', xmlDocument(manifest(lessons))]]);
  for (const lesson of lessons) files.set(fileOf(lesson), xmlDocument(assessment(lesson)));
  return {
    files,
    zip: zip([...files].map(([name, text]) => [name, strToU8(text)])),
    degraded: degradedList(lessons.flatMap((lesson) => lesson.questions)),
  };
}

const fileOf = ({ slug }) => `${slug || 'questions'}.xml`;

/** A name as XML wants it: not beginning with a digit. */
const name = (slug) => `gradschool-${slug || 'questions'}`;

function manifest(lessons) {
  return element(
    'manifest',
    { identifier: 'gradschool-questions', xmlns: 'http://www.imsglobal.org/xsd/imscp_v1p1' },
    element('metadata', element('schema', 'IMS Content'), element('schemaversion', '1.1.3')),
    element('organizations'),
    element(
      'resources',
      lessons.map((lesson) =>
        element(
          'resource',
          { identifier: name(lesson.slug), type: 'imsqti_xmlv1p2', href: fileOf(lesson) },
          element('file', { href: fileOf(lesson) }),
        ),
      ),
    ),
  );
}

function assessment({ slug, questions }) {
  const items = questions.filter(({ form }) => form).map(item);
  return element(
    'questestinterop',
    { xmlns: 'http://www.imsglobal.org/xsd/ims_qtiasiv1p2' },
    element(
      'assessment',
      { ident: name(slug), title: `Gradschool ${slug}`.trim() },
      element('section', { ident: 'questions' }, items),
    ),
  );
}

const material = (text) =>
  element('material', element('mattext', { texttype: 'text/html' }, htmlText(text)));

function item(question) {
  const { type, response, right, feedback } = writers[question.form](question);
  return element(
    'item',
    { ident: question.id, title: question.id },
    metadata({
      question_type: type,
      points_possible: 1,
      lesson: question.lesson,
      level: question.level,
      topics: question.topics.join(', '),
    }),
    element('presentation', material(question.prompt), response),
    element(
      'resprocessing',
      element(
        'outcomes',
        element('decvar', { varname: 'SCORE', vartype: 'Decimal', minvalue: 0, maxvalue: 100 }),
      ),
      condition('Yes', element('other'), show('why')),
      feedback.map(({ ident, when }) => condition('Yes', when, show(ident))),
      condition('No', right, element('setvar', { varname: 'SCORE', action: 'Set' }, 100)),
    ),
    itemFeedback('why', material(question.why)),
    feedback.map(({ ident, text }) => itemFeedback(ident, material(text))),
    question.hint
      ? itemFeedback('hint', element('hint', element('hintmaterial', material(question.hint))))
      : null,
  );
}

const metadata = (fields) =>
  element(
    'itemmetadata',
    element(
      'qtimetadata',
      Object.entries(fields)
        .filter(([, value]) => value !== '')
        .map(([label, entry]) =>
          element('qtimetadatafield', element('fieldlabel', label), element('fieldentry', entry)),
        ),
    ),
  );

const condition = (goOn, when, then) =>
  element('respcondition', { continue: goOn }, element('conditionvar', when), then);
const show = (ident) => element('displayfeedback', { feedbacktype: 'Response', linkrefid: ident });
const itemFeedback = (ident, content) =>
  element(
    'itemfeedback',
    { ident },
    content.name === 'material' ? element('flow_mat', content) : content,
  );

const equals = (text) => element('varequal', { respident: 'response' }, text);

const writers = {
  choice({ several, options }) {
    const label = (k) => `option${k + 1}`;
    const conditions = options.map(({ correct }, k) =>
      correct ? equals(label(k)) : element('not', equals(label(k))),
    );
    return {
      type: several ? 'multiple_answers_question' : 'multiple_choice_question',
      response: element(
        'response_lid',
        { ident: 'response', rcardinality: several ? 'Multiple' : 'Single' },
        element(
          'render_choice',
          { shuffle: 'Yes' },
          options.map(({ text }, k) =>
            element('response_label', { ident: label(k) }, material(text)),
          ),
        ),
      ),
      right: several
        ? element('and', conditions)
        : equals(label(options.findIndex(({ correct }) => correct))),
      feedback: options.map(({ feedback }, k) => ({
        ident: `${label(k)}_fb`,
        when: equals(label(k)),
        text: feedback,
      })),
    };
  },
  number({ value, tolerance, feedback }) {
    const bound = (name, number) =>
      element(name, { respident: 'response' }, decimalText(Number(number.toPrecision(15))));
    const within = element(
      'and',
      bound('vargte', value - tolerance),
      bound('varlte', value + tolerance),
    );
    return {
      type: 'numerical_question',
      response: element(
        'response_str',
        { ident: 'response', rcardinality: 'Single' },
        element(
          'render_fib',
          { fibtype: 'Decimal' },
          element('response_label', { ident: 'answer' }),
        ),
      ),
      right: element('or', equals(decimalText(value)), within),
      feedback: feedback.map(([number, text], k) => ({
        ident: `number${k + 1}_fb`,
        when: equals(decimalText(number)),
        text,
      })),
    };
  },
};
