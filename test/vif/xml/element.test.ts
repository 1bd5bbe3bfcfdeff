import test from 'ava';
import { element, write } from '../../../src/vif/xml/element.js';
import { parseXml } from '../cases/xml.js';

test('what stands for markup, and what a reader would take for a space, is escaped', (t) => {
  const value = '<&"\'>\t\n\r ü';
  const text = write(element('a', { value, none: undefined, no: null, zero: 0 }, [undefined, element('b')]));
  t.is(text, '<a value="&lt;&amp;&quot;\'&gt;&#9;&#10;&#13; ü" zero="0">\n  <b/>\n</a>\n');
  t.is(parseXml(text).attributes.value, value);
});
