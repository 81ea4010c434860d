import { describe, expect, it } from 'vitest';
import { provenRevision } from '../../../src/kubernetes/record/proven-revision.js';

const digest = `sha256:${'ab'.repeat(32)}`;
const proven = { stack: 'demo', digest, revision: 3 };

function revision(number: number, hex = 'cd', stack = 'demo') {
  return { revision: number, status: 'superseded', stack, digest: hex.repeat(30), secret: '' };
}

describe('the revision to go back to is', () => {
  it('the one that was proven', () => {
    expect(provenRevision([revision(5, 'ab'), revision(4), revision(3, 'ab')], proven)).toMatchObject({
      revision: 3,
    });
  });

  it('the newest like it, if Helm has forgotten that one', () => {
    const revisions = [revision(7), revision(6, 'ab'), revision(5, 'ab'), revision(4)];
    expect(provenRevision(revisions, proven)).toMatchObject({ revision: 6 });
  });

  it('none that is something else, also if it has the number', () => {
    expect(provenRevision([revision(4), revision(3)], proven)).toBeUndefined();
    expect(provenRevision([revision(3, 'ab', 'other')], proven)).toBeUndefined();
    expect(provenRevision([], proven)).toBeUndefined();
  });
});
