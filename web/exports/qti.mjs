// IMS Question and Test Interoperability 1.2, as Canvas and others read it: a zip with a manifest
// and one assessment for each lesson.

import { strToU8 } from 'fflate';
import { degradedList, exchangeLessons, orderAsMatch } from './exchange.mjs';
import { decimalText, htmlPrompt, htmlText } from './text.mjs';
import { element, xmlDocument } from './xml.mjs';
import { zip } from './zip.mjs';

/**
 * @param {object} bank the course's
 * @returns {{files: Map<string, string>, zip: Uint8Array, degraded: string[]}} `files` are those in
 *   the zip
 */
export function qti(bank, site = '') {
  const lessons = exchangeLessons(bank, site).map(({ slug, questions }) => ({
    slug,
    questions: questions.map((each) => (each.form === 'order' ? orderAsMatch(each) : each)),
  }));
  const files = new Map([['imsmanifest.xml', xmlDocument(manifest(lessons))]]);
  for (const lesson of lessons) files.set(fileOf(lesson), xmlDocument(assessment(lesson)));
  return {
    files,
    zip: zip([...files].map(([name, text]) => [name, strToU8(text)])),
    degraded: degradedList(
      lessons.flatMap((lesson) => lesson.questions),
      ({ form }) => form === 'match' && 'a part of the pairs gives a part of the mark',
    ),
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

const htmlMaterial = (html) =>
  element('material', element('mattext', { texttype: 'text/html' }, html));
const material = (text) => htmlMaterial(htmlText(text));

function item(question) {
  const { type, response, marking, feedback } = writers[question.form](question);
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
    element('presentation', htmlMaterial(htmlPrompt(question)), response),
    element(
      'resprocessing',
      element(
        'outcomes',
        element('decvar', { varname: 'SCORE', vartype: 'Decimal', minvalue: 0, maxvalue: 100 }),
      ),
      condition('Yes', element('other'), show('why')),
      feedback.map(({ ident, when }) => condition('Yes', when, show(ident))),
      marking,
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

const equals = (text, response = 'response') => element('varequal', { respident: response }, text);
/** The whole mark for one condition. */
const whole = (right) =>
  condition('No', right, element('setvar', { varname: 'SCORE', action: 'Set' }, 100));

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
      marking: whole(
        several
          ? element('and', conditions)
          : equals(label(options.findIndex(({ correct }) => correct))),
      ),
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
      marking: whole(element('or', equals(decimalText(value)), within)),
      feedback: feedback.map(([number, text], k) => ({
        ident: `number${k + 1}_fb`,
        when: equals(decimalText(number)),
        text,
      })),
    };
  },
  text({ accepted, feedback }) {
    const typed = (text) => element('varequal', { respident: 'response', case: 'No' }, text);
    return {
      type: 'short_answer_question',
      response: element(
        'response_str',
        { ident: 'response', rcardinality: 'Single' },
        element(
          'render_fib',
          { fibtype: 'String' },
          element('response_label', { ident: 'answer' }),
        ),
      ),
      marking: whole(element('or', accepted.map(typed))),
      feedback: feedback.map(([wrong, text], k) => ({
        ident: `wrong${k + 1}_fb`,
        when: typed(wrong),
        text,
      })),
    };
  },
  match({ pairs, others }) {
    const rights = [...pairs.map(([, right]) => right), ...others];
    const labels = () =>
      rights.map((text, k) =>
        element('response_label', { ident: `right${k + 1}` }, material(text)),
      );
    const share = decimalText(Number((100 / pairs.length).toFixed(5)));
    const add = element('setvar', { varname: 'SCORE', action: 'Add' }, share);
    return {
      type: 'matching_question',
      response: pairs.map(([left], k) =>
        element(
          'response_lid',
          { ident: `pair${k + 1}`, rcardinality: 'Single' },
          material(left),
          element('render_choice', { shuffle: 'Yes' }, labels()),
        ),
      ),
      marking: pairs.map((_, k) => condition('Yes', equals(`right${k + 1}`, `pair${k + 1}`), add)),
      feedback: [],
    };
  },
};
