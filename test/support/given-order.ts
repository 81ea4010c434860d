/** @module */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const order = (process.env['BIGDATA_TEST_ORDER'] ?? '').split(' ').filter((file) => file !== '');

/** Runs test files in the order in which they were given: what is cheap first, and what builds on another after it. */
export class GivenOrder extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own, which gives a new list
    const usual = await super.sort(specifications);
    return usual.toSorted((one, other) => place(one) - place(other));
  }
}

function place({ moduleId }: TestSpecification): number {
  const index = order.indexOf(relative(process.cwd(), moduleId));
  return index === -1 ? order.length : index;
}
