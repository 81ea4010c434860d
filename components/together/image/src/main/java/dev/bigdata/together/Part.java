package dev.bigdata.together;

import java.util.List;

/** A system that the chain passes through, and what this check makes in it. */
interface Part {
  /** What people call the system. */
  String title();

  /** The names of everything in it that this check has made, in this run or in one that was interrupted. */
  List<String> remains() throws Exception;

  /** Removes one of them; it is gone when this returns. */
  void remove(String name) throws Exception;
}
