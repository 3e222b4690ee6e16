// quiz.yml to the JSON that the C++ quiz engine reads (src/quiz/quiz.h).

/** The bank of one lesson. */
export function lessonBank(lesson) {
  return {
    version: 1,
    lesson: lesson.slug,
    title: lesson.title,
    quick_check: lesson.quickCheck,
    questions: lesson.quiz.data.questions.map((question) => bankQuestion(question, lesson.slug)),
  };
}

/** All questions of the course in one bank; its quick check is empty. */
export function courseBank(lessons) {
  return {
    version: 1,
    lesson: 'course',
    title: 'Gradschool',
    quick_check: [],
    questions: lessons.flatMap((lesson) => lessonBank(lesson).questions),
  };
}

function bankQuestion(question, slug) {
  const { options, ...rest } = question;
  return {
    ...rest,
    ...(options && {
      options: options.map((option) => ({ correct: false, ...option })),
    }),
    lesson: slug,
  };
}
