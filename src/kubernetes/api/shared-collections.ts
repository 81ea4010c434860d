/**
 * Collections that many watch at once: one list and one watch for all of them, whatever the size of a stack.
 *
 * @module
 */
import { Collection } from './collection.js';
import type { Source } from './list.js';
import { perRest } from './per-rest.js';
import type { Rest } from './rest.js';

interface Share {
  readonly collection: Collection;
  users: number;
  linger?: NodeJS.Timeout;
}

/** Milliseconds for which a collection that nobody watches stays current: the next is about to come. */
const lingering = 5_000;

const shares = perRest<Share>();

/** A collection, and how to give it back. */
export interface Borrowed {
  readonly collection: Collection;
  giveBack(): void;
}

/** The collection of a source that all who ask for it use. It may lag behind what the server says by now. */
export function borrowCollection(rest: Rest, source: Source): Borrowed {
  const all = shares(rest);
  const key = JSON.stringify(source);
  const share = usable(all.get(key)) ?? newShare();
  share.users++;
  clearTimeout(share.linger);
  let isGivenBack = false;
  return {
    collection: share.collection,
    giveBack() {
      if (isGivenBack) return;
      isGivenBack = true;
      share.users--;
      if (share.users === 0) share.linger = setTimeout(drop, lingering, share).unref();
    },
  };

  function newShare(): Share {
    const made: Share = { collection: new Collection(rest, source), users: 0 };
    all.set(key, made);
    made.collection.listed.catch(() => drop(made));
    return made;
  }

  function drop(unused: Share): void {
    if (all.get(key) === unused) all.delete(key);
    unused.collection.close();
  }
}

function usable(share: Share | undefined): Share | undefined {
  return share?.collection.failure ? undefined : share;
}
