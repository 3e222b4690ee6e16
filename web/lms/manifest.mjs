// imsmanifest.xml, by which a learning system knows a package: one organisation with one item, one
// resource with all files.

import { element, xmlDocument } from '../exports/xml.mjs';

const standards = {
  1.2: {
    names: {
      xmlns: 'http://www.imsproject.org/xsd/imscp_rootv1p1p2',
      'xmlns:adlcp': 'http://www.adlnet.org/xsd/adlcp_rootv1p2',
    },
    version: '1.2',
    type: 'adlcp:scormtype',
    passing: (pass) => element('adlcp:masteryscore', Math.round(100 * pass)),
  },
  2004: {
    names: {
      xmlns: 'http://www.imsglobal.org/xsd/imscp_v1p1',
      'xmlns:adlcp': 'http://www.adlnet.org/xsd/adlcp_v1p3',
      'xmlns:imsss': 'http://www.imsglobal.org/xsd/imsss',
    },
    version: '2004 4th Edition',
    type: 'adlcp:scormType',
    // The package itself says when it is completed and whether it is passed.
    passing: () =>
      element(
        'imsss:sequencing',
        element('imsss:deliveryControls', {
          completionSetByContent: 'true',
          objectiveSetByContent: 'true',
        }),
      ),
  },
};

/**
 * @param {object} contents as in contents.ts
 * @param {string} identifier a letter first, then letters, digits and hyphens
 * @param {string[]} files names in the package; launch.html is opened
 */
export function manifest({ standard, title, pass }, identifier, files) {
  const { names, version, type, passing } = standards[standard];
  return xmlDocument(
    element(
      'manifest',
      { identifier, ...names },
      element('metadata', element('schema', 'ADL SCORM'), element('schemaversion', version)),
      element(
        'organizations',
        { default: 'course' },
        element(
          'organization',
          { identifier: 'course' },
          element('title', title),
          element(
            'item',
            { identifier: 'item', identifierref: 'launch' },
            element('title', title),
            passing(pass),
          ),
        ),
      ),
      element(
        'resources',
        element(
          'resource',
          { identifier: 'launch', type: 'webcontent', [type]: 'sco', href: 'launch.html' },
          files.map((href) => element('file', { href })),
        ),
      ),
    ),
  );
}
