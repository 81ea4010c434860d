/**
 * The schemas as editors read them.
 *
 * @module
 */
import type { z } from 'zod';
import { componentSchema } from './component-schema.js';
import { toJsonSchema } from './document/schema-hints.js';
import { imageSchema } from './image-schema.js';
import { stackSchema } from './stack-schema.js';

/** Text of every file in `schemas/`, by file name. */
export function renderJsonSchemas(): ReadonlyMap<string, string> {
  return new Map([
    ['component.schema.json', render(componentSchema)],
    ['image.schema.json', render(imageSchema)],
    ['stack.schema.json', render(stackSchema)],
  ]);
}

function render(schema: z.ZodType): string {
  return `${JSON.stringify(toJsonSchema(schema), null, 2)}\n`;
}
