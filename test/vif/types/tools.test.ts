import test from 'ava';
import { explainVif, type PlugRequest, parsePlugRequest, planOnHost } from '../../../src/vif/index.js';
import { request } from '../request.js';

function commandsOf(release: 'icehouse' | 'newton', vif: object, instance: object = {}) {
  const { instance: by, ...others } = request(1, { release, vif });
  const input = { ...others, instance: { ...by, project_id: 'p1', ...instance } } as PlugRequest;
  return explainVif(planOnHost('plug', parsePlugRequest(input), {})).commands;
}

test('the name of a machine brings no options of its own to vrouter-port-control', (t) => {
  const vif = { type: 'vrouter', network: { id: 'net 1' } };
  const [tool, words = ''] = commandsOf('newton', vif, { display_name: 'web 1 --oper=delete' }).at(-1) ?? [];
  t.is(tool, 'vrouter-port-control');
  t.true(words.split(' ').includes('--vm_name=web_1_--oper=delete'));
  t.true(words.split(' ').includes('--vn_uuid=net_1'));
  t.deepEqual(
    words.split(' ').filter((word) => word.startsWith('--oper')),
    ['--oper=add'],
  );
});

test("a network's label is no option of ifc_ctl", (t) => {
  const labelled = (label: string) => ({ type: 'iovisor', network: { id: 'n1', label } });
  t.throws(() => commandsOf('icehouse', labelled('--help')), {
    code: 'ERR_INVALID_ARGUMENT',
    message: 'vif.network.label --help: ifc_ctl would take it for an option',
  });
  t.notThrows(() => commandsOf('newton', labelled('--help')));
});
