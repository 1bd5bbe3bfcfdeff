import test from 'ava';
import { type OwnedPort, StaleMemory, stalePorts } from '../../src/vif/stale.js';

const port = (name: string, interfaceId: string | undefined, bridge = 'br-int'): OwnedPort => ({
  uuid: `uuid of ${name}`,
  name,
  bridge,
  interfaceId,
});

test('a port is stale that no VIF has on that bridge under that name', (t) => {
  const owned = [
    port('tap1', 'one'),
    port('tap2', 'two'),
    port('tap3', 'one', 'br-ex'),
    port('tap4', undefined),
    port('tap5', 'five'),
    port('tap6', 'six'),
  ];
  const places = [
    { bridge: 'br-int', interfaceId: 'one', names: ['tap1'] },
    { bridge: 'br-int', interfaceId: 'five', names: ['tapnew'] },
    { bridge: 'br-int', interfaceId: 'six', names: undefined },
  ];
  t.deepEqual(
    stalePorts(owned, places).map(({ name }) => name),
    ['tap2', 'tap3', 'tap4', 'tap5'],
  );
});

test('what is stale is remembered by bridge, until it is looked at and found well', (t) => {
  const memory = new StaleMemory();
  const [a, b] = [port('a', 'x'), port('b', 'y', 'br-ex')];
  const both = new Set(['br-int', 'br-ex']);
  t.deepEqual(memory.look([a, b], both), []);
  t.deepEqual(memory.look([], new Set(['br-int'])), []);
  t.deepEqual(memory.look([a, b], both), [b]);
  t.deepEqual(memory.look([a, b], both), [a, b]);
});

test('what is plugged between two looks is found for the first time again', (t) => {
  const memory = new StaleMemory();
  const ports = [port('a', 'x'), port('b', 'y')];
  const bridges = new Set(['br-int']);
  memory.look(ports, bridges);
  memory.forget(['a', 'c']);
  t.deepEqual(
    ports.map((each) => memory.tell(each)),
    [false, true],
  );
  t.deepEqual(memory.look(ports, bridges), [ports[1] as OwnedPort]);
});
