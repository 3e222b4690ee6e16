// The page runtime: importing this module makes <grad-demo> and <grad-quiz> live on any page.

import { DemoElement } from './demo-element.js';
import { followPresets } from './presets.js';
import { QuizElement } from './quiz-element.js';

customElements.define('grad-demo', DemoElement);
customElements.define('grad-quiz', QuizElement);
followPresets();
