import { describe, expect, it } from 'vitest';
import { classify, messageOf, reasoned } from '../../src/helm/errors.js';

describe('classify', () => {
  it.each([
    ['Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress', 'pending'],
    [
      'Error: kubernetes cluster unreachable: Get "https://10.0.0.1/version": dial tcp 10.0.0.1:443: connect: connection refused',
      'unreachable',
    ],
    ['Error: Get "https://x/api": net/http: TLS handshake timeout', 'unreachable'],
    ['Error: etcdserver: leader changed', 'unreachable'],
    ['Error: the server is currently unable to handle the request', 'unreachable'],
    ['Error: UPGRADE FAILED: Get "https://x/api": http2: client connection lost', 'unreachable'],
    ['Error: create: failed to create: Post "https://x/api": EOF\n', 'unreachable'],
    ['Error: write tcp 10.0.0.1:5->10.0.0.2:6443: write: broken pipe', 'unreachable'],
    [
      'Error: INSTALLATION FAILED: statefulsets.apps "kafka" is forbidden: not yet ready to handle request',
      'unreachable',
    ],
    ['Error: Internal error occurred: failed calling webhook', 'unreachable'],
    [
      'Error: unable to continue with install: Service "kafka" in namespace "demo" exists and cannot be imported into the current release: invalid ownership metadata',
      'foreign',
    ],
    [
      "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nkafka:\n- at '/replicas': got string, want integer",
      'values',
    ],
    [
      'Error: UPGRADE FAILED: conflict occurred while applying object demo/kafka apps/v1, Kind=StatefulSet: StatefulSet.apps "kafka" is invalid: spec: Forbidden: updates to statefulset spec for fields other than \'replicas\' are forbidden',
      'immutable',
    ],
    [
      'Error: UPGRADE FAILED: Job.batch "x" is invalid: spec.template: Invalid value: field is immutable',
      'immutable',
    ],
    [
      'Error: secrets is forbidden: User "eve" cannot list resource "secrets" in API group "" in the namespace "demo"',
      'forbidden',
    ],
    [
      'Error: Operation cannot be fulfilled on statefulsets.apps "kafka": the object has been modified',
      'conflict',
    ],
    [
      'Error: UPGRADE FAILED: pre-upgrade hooks failed: warning: Hook pre-upgrade actor/templates/hooks.yaml failed: Pod "before" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`',
      'conflict',
    ],
    ['Error: failed pre-install: 1 error occurred: job failed', 'hook'],
    ['Error: UPGRADE FAILED: pre-upgrade hooks failed: resource not ready', 'hook'],
    ['Error: release: not found', 'notFound'],
    [
      'Error: UPGRADE FAILED: Service "kafka" is invalid: spec.ports[0].nodePort: Invalid value: 30092: provided port is already allocated',
      'port',
    ],
    ['Error: Chart.yaml file is missing', 'chart'],
    ['Error: parse error at (kafka/templates/x.yaml:9): unexpected EOF', 'chart'],
    ['Error: template: kafka/templates/x.yaml:3:5: executing "x" at <.Values.a.b>: nil pointer', 'chart'],
    ['Error: YAML parse error on kafka/templates/x.yaml: error converting YAML to JSON', 'chart'],
    [
      'Error: unable to build kubernetes objects from release manifest: resource mapping not found: no matches for kind "X"',
      'chart',
    ],
    [
      'Error: actor/templates/bad.yaml:4:21\n  executing "actor/templates/bad.yaml" at <.Values.a.b>:\n    nil pointer evaluating interface {}.b',
      'chart',
    ],
    [
      'Error: actor/templates/bad.yaml:4:14\n  executing "x" at <lookup "v1" "Secret" "demo" "x">:\n    error calling lookup: Get "https://x/api": dial tcp 10.0.0.1:6443: connect: connection refused',
      'unreachable',
    ],
    ['Error: Pod "x" is invalid: spec.containers[0].name: Required value', 'invalid'],
    [
      'Error: UPGRADE FAILED: failed to create typed patch object (demo/x; v1, Kind=ConfigMap): .data.port: expected string, got &value.valueUnstructured{Value:5432}',
      'invalid',
    ],
    [
      'Error: failed to create typed patch object (demo/x; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema',
      'invalid',
    ],
    [
      'Error: unable to parse: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.namespace of type string',
      'invalid',
    ],
    ['Error: admission webhook "p" denied the request: no', 'invalid'],
    ['Error: context deadline exceeded', 'timeout'],
    ['Error: something never seen', 'unknown'],
  ])('%s: %s', (text, kind) => {
    expect(classify(text)).toBe(kind);
  });
});

describe('messageOf', () => {
  it('is what stands after `Error:`, in one line', () => {
    expect(messageOf('level=WARN msg="x"\nError: first\n  second\n')).toBe('first second');
  });

  it('is the last line where there is no such word', () => {
    expect(messageOf('one\ntwo\n')).toBe('two');
  });

  it('does not go on for ever', () => {
    expect(messageOf(`Error: ${'x'.repeat(5_000)}`).length).toBeLessThan(700);
  });
});

describe('reasoned', () => {
  const log = [
    'level=DEBUG msg="uninstall: deleting release" name=w',
    String.raw`level=DEBUG msg="uninstall: Failed to delete release" error="[unable to build kubernetes objects for delete: resource mapping not found for name: \"w\" namespace: \"\" from \"\": no matches for kind \"Widget\" in version \"try.test/v1\"\nensure CRDs are installed first]"`,
    'Error: failed to delete release: w',
    '',
  ].join('\n');

  it('tells why a release could not be deleted, which Helm says in its log alone', () => {
    const text = reasoned(log);
    expect(text).toBe(
      'Error: failed to delete release: w: unable to build kubernetes objects for delete: resource mapping not found for name: "w" namespace: "" from "": no matches for kind "Widget" in version "try.test/v1" ensure CRDs are installed first\n',
    );
    expect(classify(text)).toBe('chart');
  });

  it('leaves other texts as they are, without the log', () => {
    expect(reasoned('level=DEBUG msg=x\nError: no such host\n')).toBe('Error: no such host\n');
    expect(reasoned('')).toBe('');
  });
});
